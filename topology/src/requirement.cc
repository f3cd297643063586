#include "topology/requirement.h"
