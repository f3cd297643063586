#include "topology/labels.h"
