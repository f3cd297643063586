# How a folder becomes a library and its tests: every source of the folder takes part, so a new file
# needs no edit.
include_guard()
include(GoogleTest)
include(precompiled)

# zonedisk_library(NAME [EDGE] [FAMILIES] [DEPS libraries...] [SOURCES files...]): the folder's *.cc but
# tests and main.cc, and SOURCES beside them (generated ones). A folder of headers alone becomes
# INTERFACE. EDGE is for what is no part of zonedisk-cloud and mostly waits: -O1 is enough. FAMILIES: the
# folders below take part, but testing/.
function(zonedisk_library name)
  cmake_parse_arguments(ARG "EDGE;FAMILIES" "" "DEPS;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(ARG_FAMILIES)
    file(GLOB families CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cc)
    list(FILTER families EXCLUDE REGEX "/testing/[^/]*$")
    list(APPEND sources ${families})
  endif()
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(APPEND sources ${ARG_SOURCES})
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE project_options ${ARG_DEPS})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC project_options ${ARG_DEPS})
  if(ZONEDISK_UNITY)
    # One source includes all of them: what they share is compiled once. That a type of an anonymous
    # namespace is a member of a class is no fault there, as it would be in a header. g++ then collects
    # no garbage before half a gigabyte.
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
    target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage
      --param=ggc-min-heapsize=524288 --param=ggc-min-expand=100>)
  endif()
  if(ARG_EDGE)
    target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  endif()
  if("nlohmann_json::nlohmann_json" IN_LIST ARG_DEPS)
    zonedisk_use_precompiled(${name} json)
  else()
    zonedisk_use_precompiled(${name} base)
  endif()
endfunction()

# zonedisk_testing(NAME [DEPS libraries...]): the fakes in testing/ below the folder.
function(zonedisk_testing name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/testing/*.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC project_options ${ARG_DEPS})
  zonedisk_use_precompiled(${name} test)
endfunction()

# zonedisk_program(NAME libraries...): main.cc of the folder. It is optimised like the rest: of an inline
# function that several objects hold, the linker keeps the first, which is main's.
function(zonedisk_program name)
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE ${ARGN})
  zonedisk_use_precompiled(${name} base)
endfunction()

# zonedisk_test_executable(NAME sources... [DEPS libraries...]): a GoogleTest program that ctest does not
# know yet.
function(zonedisk_test_executable name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE project_options ${ARG_DEPS} GTest::gmock)
  zonedisk_use_precompiled(${name} test)
endfunction()

# zonedisk_test_program(NAME LABEL sources... [DEPS libraries...]): one GoogleTest program that ctest
# runs once; its cases are in test-reports/NAME.xml.
function(zonedisk_test_program name label)
  zonedisk_test_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE GTest::gmock_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1
    --gtest_output=xml:${CMAKE_BINARY_DIR}/test-reports/${name}.xml)
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()

# zonedisk_reads_tree(TARGET): its tests read files of the source tree, at ZONEDISK_SOURCE.
function(zonedisk_reads_tree target)
  target_compile_definitions(${target} PRIVATE ZONEDISK_SOURCE="${CMAKE_SOURCE_DIR}")
endfunction()

# zonedisk_tests(NAME [FAMILIES] [DEPS libraries...]): the folder's *_test.cc, and those of testing/, as
# one program with the label unit; *_root_test.cc as NAME_root with the label root. FAMILIES: those of
# every folder below.
function(zonedisk_tests name)
  cmake_parse_arguments(ARG "FAMILIES" "" "DEPS" ${ARGN})
  set(below testing)
  if(ARG_FAMILIES)
    set(below *)
  endif()
  file(GLOB units CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc ${CMAKE_CURRENT_SOURCE_DIR}/${below}/*_test.cc)
  set(roots ${units})
  list(FILTER units EXCLUDE REGEX "_root_test\\.cc$")
  list(FILTER roots INCLUDE REGEX "_root_test\\.cc$")
  if(units)
    zonedisk_test_program(${name} unit ${units} DEPS ${ARG_DEPS})
  endif()
  if(roots)
    zonedisk_test_program(${name}_root root ${roots} DEPS ${ARG_DEPS})
  endif()
endfunction()
