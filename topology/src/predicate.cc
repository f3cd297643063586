#include "topology/predicate.h"
