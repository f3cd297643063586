#pragma once
// The parameters of one call as values of the types that the action declares, parsed once.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cloudapi/actions/parameters.h"
#include "cloudapi/base/params.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

// Immutable. Absent and empty parameters both read as nullopt: the service ignores empty ones.
// Every access to a name that the action does not declare, or by another type than declared,
// aborts.
class Arguments {
 public:
  using Texts = std::vector<std::string>;
  // std::monostate: absent.
  using Value = std::variant<std::monostate, std::string, std::int64_t, double, bool, Texts,
                             std::vector<Arguments>>;

  std::optional<std::string> Text(std::string_view name) const;
  // The text, or "" when absent.
  const std::string& TextOrEmpty(std::string_view name) const;
  std::string TextOr(std::string_view name, std::string_view fallback) const {
    return Text(name).value_or(std::string(fallback));
  }
  std::optional<std::int64_t> Integer(std::string_view name) const;  // Integer and Long
  std::optional<double> Number(std::string_view name) const;         // Integer, Long and Float
  std::optional<bool> Boolean(std::string_view name) const;
  // A Boolean that was given as true.
  bool IsTrue(std::string_view name) const { return Boolean(name).value_or(false); }
  // The items of a RepeatList in numeric order, without gaps and empty items; none when absent.
  const Texts& List(std::string_view name) const;
  // The items of a String parameter that holds several; nullopt when absent, not when it is "[]".
  std::optional<Texts> Items(std::string_view name) const;
  // The rows of a list of structures, in numeric order.
  const std::vector<Arguments>& Structs(std::string_view name) const;
  // Whether the parameter was given, be it empty.
  bool Has(std::string_view name) const;

  bool Declares(std::string_view name) const { return declared_->Declares(name); }
  // The same text for all spellings of the same call: declared names and the texts of their values.
  std::string Canonical() const;

  // Calls visit(declared, position) for each parameter that was given and that the action asked
  // for, members of lists included. Where a call goes (RegionId, ClientToken, DryRun) is asked for
  // by whoever runs it, and of a parameter with words or without effect the table has asked. A
  // structure is used when one of its members is.
  using Visit = std::function<void(const ParameterSet& declared, std::size_t position)>;
  void EachUsed(const Visit& visit) const;

 private:
  friend Result<Arguments> ReadArguments(const ParameterSet& declared, const Params& params);
  friend Result<void> CheckServed(const Arguments& args, const std::string& list);
  struct Slot {
    Value value;
    bool given = false;
    mutable bool used = false;  // asked for; one thread runs a call
  };

  explicit Arguments(const ParameterSet& declared)
      : declared_(&declared), slots_(declared.Rows().size()) {}
  template <class T>
  const T* Get(std::string_view name) const;
  // Where a call goes and how often it is meant: no part of what it asks for.
  static bool IsAddressing(std::string_view name);
  bool IsUsed(std::size_t position) const;

  const ParameterSet* declared_;
  std::vector<Slot> slots_;
};

// Reads `params` by the rows of `declared`, which must outlive the result; the first violation is
// refused with the row's codes. Then what a row refuses is, when the call asks for it: a false flag
// and a zero do not. Parameters that are not declared are ignored, as the service does.
Result<Arguments> Validate(const ParameterSet& declared, const Params& params);

// The name of the fact by which such a refusal, or an action's own of a row with Effect
// kRefusedByAction, says which parameter it is about: "NetworkInterface.N.Ipv6Address".
inline constexpr std::string_view kRefusedParameter = "parameter";

// The names in `params` that `declared` does not know, in order.
std::vector<std::string> Undeclared(const ParameterSet& declared, const Params& params);

}  // namespace cloudapi
