#include "topology/choose.h"
