#pragma once
// A catalogue in the form of catalogue.json, this project's own: rows of categories, of instance
// families with their types, and of regions with their zones; a zone names a row of "offers" and of
// "families_of" that says what is sold in it.
#include <filesystem>
#include <string>
#include <string_view>

#include "cloudapi/base/result.h"
#include "topology/catalogue.h"

namespace cloudapi {

// Errors: 500 InternalError with one line "SOURCE:LINE: MEMBER: what is wrong": not JSON, a member
// that is missing or of another type, a name that is twice or that no row has.
Result<topology::Catalogue> ParseCatalogue(std::string_view text, const std::string& source);
// The same of a file. Errors also: it cannot be read.
Result<topology::Catalogue> LoadCatalogue(const std::filesystem::path& file);

}  // namespace cloudapi
