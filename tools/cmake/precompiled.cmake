# Precompiled headers: what nearly every source includes is parsed once for each set of compiler flags.
# A source still includes what it uses: with clang, and where a library is compiled as one source
# (ZONEDISK_UNITY), only tests get them.
include_guard()

# zonedisk_precompiled(NAME [FLAGS flags...] [LIKE other] [DEPS libraries...] HEADERS headers...): the
# headers of LIKE and these, for targets that are compiled with these flags.
function(zonedisk_precompiled name)
  cmake_parse_arguments(ARG "" "LIKE" "FLAGS;DEPS;HEADERS" ${ARGN})
  set(headers ${ARG_HEADERS})
  set(libraries project_options ${ARG_DEPS})
  if(ARG_LIKE)
    get_target_property(like headers_${ARG_LIKE} ZONEDISK_HEADERS)
    list(PREPEND headers ${like})
    get_target_property(like headers_${ARG_LIKE} LINK_LIBRARIES)
    list(PREPEND libraries ${like})
  endif()
  set(source ${CMAKE_BINARY_DIR}/precompiled/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL ${source})
  target_link_libraries(headers_${name} PRIVATE ${libraries})
  target_precompile_headers(headers_${name} PRIVATE ${headers})
  set_target_properties(headers_${name} PROPERTIES ZONEDISK_HEADERS "${headers}")
  target_compile_options(headers_${name} PRIVATE ${ARG_FLAGS})
endfunction()

# Gives the headers NAME, and the flags that they were compiled with, to TARGET. A side that speaks gRPC
# sets ZONEDISK_RPC and gets those instead.
function(zonedisk_use_precompiled target name)
  if(NOT name STREQUAL "test" AND (ZONEDISK_UNITY OR CMAKE_CXX_COMPILER_ID STREQUAL "Clang"))
    return()
  endif()
  if(ZONEDISK_RPC AND name STREQUAL "test")
    set(name test_rpc)
  elseif(ZONEDISK_RPC)
    set(name rpc)
  endif()
  target_precompile_headers(${target} REUSE_FROM headers_${name})
  # They are taken only with the same options and macros.
  target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:headers_${name},COMPILE_DEFINITIONS>)
  target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:headers_${name},COMPILE_OPTIONS>)
endfunction()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With it ccache sees which precompiled header a source uses.
  target_compile_options(project_options INTERFACE -fpch-preprocess)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Without it ccache takes no two precompiled headers for the same.
  target_compile_options(project_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

zonedisk_precompiled(base DEPS absl::synchronization HEADERS
  <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstdlib> <deque> <filesystem> <fstream>
  <functional> <map> <memory> <optional> <set> <span> <sstream> <string> <string_view> <thread>
  <unordered_map> <utility> <variant> <vector>
  <absl/synchronization/mutex.h> <fmt/format.h> <tl/expected.hpp>)
zonedisk_precompiled(json LIKE base DEPS nlohmann_json::nlohmann_json HEADERS <nlohmann/json.hpp>)
# What runs once in a test is compiled without optimisation: that halves the time of a build.
zonedisk_precompiled(test LIKE json FLAGS -O0 -g1 DEPS GTest::gmock HEADERS <gmock/gmock.h> <gtest/gtest.h>)
