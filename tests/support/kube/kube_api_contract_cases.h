// The cases of the kube::Api contract. Include in one file of a test binary.
#pragma once

#include "tests/support/kube/kube_api_change_cases.h"
#include "tests/support/kube/kube_api_object_cases.h"
