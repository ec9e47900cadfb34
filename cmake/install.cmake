# The installed files, and the Debian packages: the command (with libtally, since both need
# LLVM), the runtime library, and the files for building programs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(tally_shared PROPERTIES EXPORT_NAME tally)
set_target_properties(tally_runtime_shared PROPERTIES EXPORT_NAME runtime)
install(TARGETS tally RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT command)
install(TARGETS tally_shared EXPORT tally-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT command NAMELINK_COMPONENT development)
install(TARGETS tally_runtime_shared EXPORT tally-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
install(DIRECTORY rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tally/rules COMPONENT command FILES_MATCHING PATTERN "*.tally")
install(FILES runtime/include/tally.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(DIRECTORY embed/c/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/c COMPONENT development)

# Each package has the licence where Debian expects it.
foreach(component_package command:tally runtime:libtally-runtime1 development:libtally-dev)
  string(REPLACE ":" ";" component_package ${component_package})
  list(GET component_package 0 component)
  list(GET component_package 1 package)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} RENAME copyright COMPONENT ${component})
endforeach()

set(tally_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tally)
install(EXPORT tally-targets NAMESPACE tally:: DESTINATION ${tally_cmake_dir} COMPONENT development)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/tally-config.cmake
  "include(\"\${CMAKE_CURRENT_LIST_DIR}/tally-targets.cmake\")\n")
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/tally-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tally-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/tally-config-version.cmake
  DESTINATION ${tally_cmake_dir} COMPONENT development)

# Paths are relative to the place of the .pc file, so that the installed tree can be moved.
file(RELATIVE_PATH tally_to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
foreach(library tally tally-runtime)
  if(library STREQUAL "tally")
    set(tally_says "Decisions for a switch: compiles rule files and runs them")
  else()
    set(tally_says "Decisions for a switch: runs policies that `tally build` made")
  endif()
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc
    "prefix=\${pcfiledir}/${tally_to_prefix}\nlibdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}\nincludedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}\n\n"
    "Name: ${library}\nDescription: ${tally_says}\nVersion: ${PROJECT_VERSION}\nLibs: -L\${libdir} -l${library}\nCflags: -I\${includedir}\n")
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tally)
set(CPACK_PACKAGE_VENDOR "Tally")
set(CPACK_PACKAGE_CONTACT "Tally maintainers <maintainers@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Rules that say when a call is recorded, checked and compiled")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL command runtime development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_CURRENT_BINARY_DIR}/library ${CMAKE_CURRENT_BINARY_DIR}/runtime)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME tally)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libtally-runtime1)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtally-dev)
set(CPACK_COMPONENT_COMMAND_DESCRIPTION "The command tally, the library that compiles rule files, and the shipped rules.")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Runs policies that were built before; needs no compiler.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "The C header, CMake and pkg-config files, and an example.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "tally (= ${PROJECT_VERSION}), libtally-runtime1 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
include(CPack)
