#pragma once
// Named places where tests let a process die, as kill -9 would, to see that a restart or a repeated
// call converges. A program declares its table once and passes its points by name:
//
//   inline constexpr std::array<std::string_view, 2> kPoints = {"write.before-commit", …};
//   inline void CrashPoint(base::CrashName<kPoints> name) { base::PassCrashPoint(name.Text()); }
//
// A point is armed by NAME[:N][@ACTION[/ID]]:
//   write.before-commit                    the first passage
//   write.before-commit:3                  the third passage
//   write.before-commit@CreateDisk         the first passage on behalf of a call of CreateDisk
//   write.before-commit:2@AttachDisk/d-1   the second one on behalf of an AttachDisk that names d-1
//   jobs.after-row@/d-1                    the first one that concerns d-1, whatever is done to it
// Other passages neither die nor count. What a passage is about is said by the scopes that the
// thread is in; a batch is about each of its members and is one passage. A scope that was entered
// before the point was armed says nothing, so an armed point is about work begun after that.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

template <const auto& kTable>
consteval bool HasDistinctNames() {
  auto names = kTable;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

// A name of the table, checked when compiled.
template <const auto& kTable>
class CrashName {
  static_assert(HasDistinctNames<kTable>());

 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal stands for itself
  consteval CrashName(const char* name) : name_(name) {
    if (std::find(kTable.begin(), kTable.end(), name_) == kTable.end()) NoSuchCrashPoint();
  }
  std::string_view Text() const { return name_; }

 private:
  static void NoSuchCrashPoint() {}  // not constexpr: reaching it fails the compilation
  std::string_view name_;
};

// Arms a point of `table`; false, with nothing changed, for a name outside of it or a text of
// another form. One point is armed at a time. Thread-safe.
bool ArmCrashPoint(std::span<const std::string_view> table, std::string_view text);
void DisarmCrashPoint();

// Ends the process at once, with status 137 and one line on standard error that says what the
// passage was about, when the point is armed, meant and due. Thread-safe.
void PassCrashPoint(std::string_view name);

// What work is about: an action of the API, an RPC or a step, and one object that it names.
struct CrashSubject {
  std::string action;
  std::string id;  // empty: the action itself
  bool operator==(const CrashSubject&) const = default;
};
using CrashSubjects = std::vector<CrashSubject>;

bool IsCrashPointArmed();
// Of all scopes that this thread is in, to be handed to the thread that works on its behalf.
CrashSubjects CurrentCrashSubjects();

// The thread works on something for as long as this lives; scopes nest.
class CrashScope {
 public:
  // `subjects` is a function that returns CrashSubjects; without an armed point it is not called.
  template <class Subjects>
  explicit CrashScope(const Subjects& subjects) {
    if (IsCrashPointArmed()) Enter(subjects());
  }
  ~CrashScope();
  CrashScope(const CrashScope&) = delete;
  CrashScope& operator=(const CrashScope&) = delete;

 private:
  friend CrashSubjects CurrentCrashSubjects();
  void Enter(CrashSubjects subjects);

  CrashSubjects subjects_;
  bool entered_ = false;
  const CrashScope* outer_ = nullptr;
};

}  // namespace base
