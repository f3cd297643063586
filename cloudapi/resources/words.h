#pragma once
// Enumerations and the API's own words for them, as one table each.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace cloudapi {

template <class E>
struct Spelling {
  E value;
  std::string_view text;
};

// Specialised for each enumeration that is stored or answered: an array of Spelling<E>.
template <class E>
inline constexpr int kWords = 0;

// The words alone, in the order of the table.
template <class E>
inline constexpr auto kWordTexts = [] {
  std::array<std::string_view, kWords<E>.size()> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = kWords<E>[i].text;
  return texts;
}();

// Empty for a value outside the table.
template <class E>
constexpr std::string_view WordOf(E value) {
  for (const Spelling<E>& word : kWords<E>) {
    if (word.value == value) return word.text;
  }
  return {};
}

// The value of that word, compared exactly; nullopt for any other text.
template <class E>
constexpr std::optional<E> EnumOf(std::string_view text) {
  for (const Spelling<E>& word : kWords<E>) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace cloudapi
