// The pieces that ParseDevSession is made of, one per section of the object.
#pragma once

#include "lib/devsession/devsession.h"
#include "lib/devsession/field_reader.h"

namespace hawser::devsession {

/// Reads and checks `spec`. Problems go to the reader's error.
Spec ReadSpec(const FieldReader& spec);

Condition ReadCondition(const FieldReader& condition);

/// Reads `status`, which only programs write: checked for type, not for meaning.
SessionStatus ReadStatus(const FieldReader& status);

/// The fields of `spec` that this version accepts but does not act on, in the order of the schema.
std::vector<std::string> FieldsNotActedOn(const FieldReader& spec);

}  // namespace hawser::devsession
