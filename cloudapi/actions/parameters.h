#pragma once
// The parameters of every action of version 2014-05-26, read once from parameters.tsv. Its columns
// action, parameter, type and required are the vendor's metadata; form, min, max, missing, invalid
// and effect are ours: how a text is read further, what it may be, how it is refused, and whether
// the action does anything with it.
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/params.h"

namespace cloudapi {

// The vendor's types.
enum class ParameterType {
  kString,
  kInteger,     // 32 bit
  kLong,        // 64 bit
  kFloat,       // finite
  kBoolean,     // true or false, in any case
  kRepeatList,  // Name.1=a&Name.2=b, or Name.1.Key=k&Name.1.Value=v where the row has members
  kStruct,      // Name.Member=value
};

// How the text of a String parameter is read further.
enum class TextForm {
  kPlain,
  kJson,        // a JSON array of strings: DiskIds=["d-1"]
  kJsonOrText,  // such an array, or one text
  kCommas,      // texts with commas between
};

// What is answered; status 0: this table does not refuse, the action decides.
struct Refusal {
  int status = 0;
  std::string code;
};

// What an action does with a parameter that fits.
enum class Effect {
  kActs,
  kNone,             // "none": nothing that an answer tells
  kRefused,          // "refused 403 OperationDenied": a call that asks for it is refused with that
  kRefusedByAction,  // "action 403 OperationDenied": the same, under conditions of the action's own
};

class ParameterSet;

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::kString;
  TextForm form = TextForm::kPlain;
  std::vector<std::string> words;  // the only texts that are taken, in any case; empty: any text
  bool required = false;           // says the vendor; `missing` says what happens
  std::int64_t min = INT64_MIN;    // numbers: the range
  std::int64_t max = INT64_MAX;    // lists: at most so many items
  Refusal missing;
  Refusal invalid = {.status = 400, .code = "InvalidParameter"};
  Effect effect = Effect::kActs;
  Refusal refused;                    // of an effect that refuses
  std::vector<ParameterSet> members;  // one set for a list of structures, else empty
};

// The parameters of one action, in the order in which they are checked. A value type.
class ParameterSet {
 public:
  ParameterSet() = default;
  explicit ParameterSet(std::vector<Parameter> rows);
  const std::vector<Parameter>& Rows() const { return rows_; }
  bool Declares(std::string_view name) const;
  // Position of the row of that name. Aborts with a message when there is none: an action reads
  // only what it declares.
  std::size_t IndexOf(std::string_view name) const;

 private:
  std::vector<Parameter> rows_;
  std::vector<std::size_t> by_name_;  // positions, sorted by the name of the row
};

using ParameterTable = std::map<std::string, ParameterSet, LessNoCase>;
// Aborts with the line when the text is no such table.
ParameterTable ParseParameters(std::string_view tsv);
// The table that is compiled in.
const ParameterTable& BuiltInParameters();
// The same of the other products (products.h), from neighbours.tsv.
const ParameterTable& NeighbourParameters();

}  // namespace cloudapi
