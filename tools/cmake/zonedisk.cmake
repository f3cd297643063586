# How a folder becomes a library and its tests: every source of the folder takes part, so a new file
# needs no edit.
include_guard()
include(GoogleTest)

# What runs once in a test is compiled without optimisation: that halves the time of a build.
function(zonedisk_plain_compile target)
  target_compile_options(${target} PRIVATE -O0 -g1)
endfunction()

# zonedisk_library(NAME [DEPS libraries...] [SOURCES files...]): the folder's *.cc but tests and
# main.cc, and SOURCES beside them (generated ones). A folder of headers alone becomes INTERFACE.
function(zonedisk_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(APPEND sources ${ARG_SOURCES})
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC project_options ${ARG_DEPS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE project_options ${ARG_DEPS})
  endif()
endfunction()

# zonedisk_testing(NAME [DEPS libraries...]): the fakes in testing/ below the folder.
function(zonedisk_testing name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/testing/*.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC project_options ${ARG_DEPS})
  zonedisk_plain_compile(${name})
endfunction()

# zonedisk_test_program(NAME LABEL TIMEOUT sources... [DEPS libraries...]): one GoogleTest program, its
# cases known to ctest one by one.
function(zonedisk_test_program name label timeout)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE project_options ${ARG_DEPS} GTest::gmock_main)
  zonedisk_plain_compile(${name})
  # Tests read data files and sources of the tree.
  target_compile_definitions(${name} PRIVATE ZONEDISK_SOURCE="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} TIMEOUT ${timeout})
endfunction()

# zonedisk_tests(NAME [DEPS libraries...]): the folder's *_test.cc, and those of testing/, as one
# program with the label unit; *_root_test.cc as NAME_root with the label root.
function(zonedisk_tests name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB units CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc ${CMAKE_CURRENT_SOURCE_DIR}/testing/*_test.cc)
  set(roots ${units})
  list(FILTER units EXCLUDE REGEX "_root_test\\.cc$")
  list(FILTER roots INCLUDE REGEX "_root_test\\.cc$")
  if(units)
    zonedisk_test_program(${name} unit 60 ${units} DEPS ${ARG_DEPS})
  endif()
  if(roots)
    zonedisk_test_program(${name}_root root 60 ${roots} DEPS ${ARG_DEPS})
  endif()
endfunction()
