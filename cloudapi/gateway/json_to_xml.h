#pragma once
// XML from the text of an answer in JSON.
#include <string>
#include <string_view>

namespace cloudapi {

// The XML of a JSON object text produced by JsonWriter, without prolog: members become elements, an
// array repeats the element of its own key. `root` names the outer element, e.g.
// "CreateDiskResponse". {"Disks":{"Disk":[{…},{…}]}} → <Disks><Disk>…</Disk><Disk>…</Disk></Disks>.
std::string JsonToXml(std::string_view root, std::string_view json_object);

}  // namespace cloudapi
