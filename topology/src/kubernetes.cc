#include "topology/kubernetes.h"
