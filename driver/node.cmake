find_package(CLI11 REQUIRED)
pkg_check_modules(BLKID REQUIRED IMPORTED_TARGET blkid)

add_library(plugin_registration_proto STATIC proto/pluginregistration.proto)
target_link_libraries(plugin_registration_proto PUBLIC gRPC::grpc++ protobuf::libprotobuf)
target_compile_options(plugin_registration_proto PRIVATE -O1 -w)
target_include_directories(plugin_registration_proto SYSTEM PUBLIC ${CMAKE_CURRENT_BINARY_DIR}
  ${CMAKE_CURRENT_BINARY_DIR}/proto)
set(registration_arguments TARGET plugin_registration_proto
    IMPORT_DIRS ${CMAKE_CURRENT_SOURCE_DIR}/proto PROTOC_OUT_DIR ${CMAKE_CURRENT_BINARY_DIR})
protobuf_generate(${registration_arguments} LANGUAGE cpp)
protobuf_generate(${registration_arguments} LANGUAGE grpc
  GENERATE_EXTENSIONS .grpc.pb.h .grpc.pb.cc
  PLUGIN protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)

add_library(driver_node STATIC
  src/call_log.cc
  src/growth_warning.cc
  src/health.cc
  src/linux_host.cc
  src/linux_host_devices.cc
  src/linux_host_file_systems.cc
  src/linux_host_mounts.cc
  src/linux_host_process.cc
  src/listening.cc
  src/metadata_client.cc
  src/node_info.cc
  src/node_place.cc
  src/node_requests.cc
  src/node_service.cc
  src/registration.cc
  src/staging.cc
  src/staging_devices.cc
  src/staging_file_system.cc
  src/staging_publish.cc
  src/staging_volume.cc)
target_link_libraries(driver_node
  PUBLIC driver_controller plugin_registration_proto
  PRIVATE PkgConfig::BLKID PkgConfig::HTTPLIB nlohmann_json::nlohmann_json spdlog::spdlog)

add_executable(zonedisk-csi main.cc logging.cc options.cc)
target_link_libraries(zonedisk-csi PRIVATE driver_node spdlog::spdlog CLI11::CLI11)

add_library(driver_node_testing STATIC testing/fake_host.cc)
target_link_libraries(driver_node_testing PUBLIC driver_node)

zonedisk_test(driver_staging_test
  tests/staging_file_system_test.cc
  tests/staging_publish_test.cc
  tests/staging_restart_test.cc
  tests/staging_test.cc
  tests/staging_volume_test.cc
  LIBS driver_node_testing)

zonedisk_test(driver_node_test
  tests/growth_warning_test.cc
  tests/linux_host_mounts_test.cc
  tests/linux_host_process_test.cc
  tests/metadata_client_test.cc
  tests/node_info_test.cc
  tests/node_service_test.cc
  tests/serving_test.cc
  LIBS driver_node_testing driver_testing PkgConfig::HTTPLIB spdlog::spdlog)

zonedisk_test(driver_linux_host_test
  tests/linux_host_root_test.cc
  LABEL root
  LIBS driver_node)
