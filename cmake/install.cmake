# The installed files, and the Debian packages: the command (with libtally, since both need
# LLVM), its documents, manual pages and completions; the runtime library; the files for building
# programs; and the modules for Lua and Erlang, if they are built.
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
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT command FILES_MATCHING PATTERN "*.md")
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT command)
install(FILES cli/templates/completion.bash RENAME tally
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT command)
install(FILES cli/templates/completion.zsh RENAME _tally
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT command)
install(FILES cli/templates/completion.fish RENAME tally.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT command)
install(FILES runtime/include/tally.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(DIRECTORY embed/c/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/c COMPONENT development)

# The manual pages, made of docs/commands.md.
find_program(TALLY_LOWDOWN lowdown)
if(TALLY_LOWDOWN)
  set(tally_man ${CMAKE_CURRENT_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${tally_man}/made
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/man_pages.sh ${PROJECT_SOURCE_DIR}/docs/commands.md ${PROJECT_VERSION} ${tally_man}
    COMMAND ${CMAKE_COMMAND} -E touch ${tally_man}/made
    DEPENDS docs/commands.md cmake/man_pages.sh VERBATIM)
  add_custom_target(tally_man_pages ALL DEPENDS ${tally_man}/made)
  install(DIRECTORY ${tally_man}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT command FILES_MATCHING PATTERN "*.1")
else()
  message(STATUS "lowdown is not installed: no manual pages")
endif()

# The service: its unit, and answers for switches.
install(FILES serve/tally-serve.service DESTINATION lib/systemd/system COMPONENT serve)
install(FILES serve/openapi.json DESTINATION ${CMAKE_INSTALL_DATADIR}/tally COMPONENT serve)
install(DIRECTORY embed/http DESTINATION ${CMAKE_INSTALL_DATADIR}/tally COMPONENT serve)

# The bindings, each where its language looks for it.
set(tally_bindings)
foreach(version 5.1 5.2 5.3 5.4)
  string(REPLACE "." "_" module tally_lua_${version})
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION lib/${CMAKE_LIBRARY_ARCHITECTURE}/lua/${version} COMPONENT lua)
    list(APPEND tally_bindings lua:lua-tally)
  endif()
endforeach()
if(TARGET tally_nif)
  set(tally_application ${CMAKE_CURRENT_BINARY_DIR}/embed/erlang/tally)
  install(DIRECTORY ${tally_application}/ebin DESTINATION lib/erlang/lib/tally-${PROJECT_VERSION} COMPONENT erlang)
  install(TARGETS tally_nif LIBRARY DESTINATION lib/erlang/lib/tally-${PROJECT_VERSION}/priv COMPONENT erlang)
  list(APPEND tally_bindings erlang:erlang-tally)
endif()
find_program(TALLY_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(TALLY_PYTHON)
  install(DIRECTORY embed/python/tally DESTINATION lib/python3/dist-packages COMPONENT python
    FILES_MATCHING PATTERN "*.py" PATTERN "py.typed")
  list(APPEND tally_bindings python:python3-tally)
endif()
list(REMOVE_DUPLICATES tally_bindings)
foreach(binding ${tally_bindings})
  string(REGEX REPLACE ":.*" "" language ${binding})
  string(REGEX REPLACE ".*:" "" package ${binding})
  install(FILES embed/${language}/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} RENAME README.md
    COMPONENT ${language})
endforeach()

# Each package has the licence where Debian expects it.
foreach(component_package command:tally serve:tally-serve runtime:libtally-runtime1 development:libtally-dev ${tally_bindings})
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
set(CPACK_COMPONENTS_ALL command serve runtime development)
foreach(binding ${tally_bindings})
  string(REGEX REPLACE ":.*" "" language ${binding})
  list(APPEND CPACK_COMPONENTS_ALL ${language})
endforeach()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_CURRENT_BINARY_DIR}/library ${CMAKE_CURRENT_BINARY_DIR}/runtime)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME tally)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libtally-runtime1)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtally-dev)
set(CPACK_COMPONENT_COMMAND_DESCRIPTION
  "The command tally with its documents, the library that compiles rule files, and the shipped rules.")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Runs policies that were built before; needs no compiler.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "The C header, CMake and pkg-config files, and an example.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "tally (= ${PROJECT_VERSION}), libtally-runtime1 (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_SERVE_DESCRIPTION "The unit of systemd that decides over HTTP, and answers for four switches.")
set(CPACK_DEBIAN_SERVE_PACKAGE_NAME tally-serve)
set(CPACK_DEBIAN_SERVE_PACKAGE_DEPENDS "tally (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_SERVE_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_SERVE_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/serve/package/postinst;${PROJECT_SOURCE_DIR}/serve/package/prerm")
set(CPACK_DEBIAN_SERVE_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LUA_PACKAGE_NAME lua-tally)
set(CPACK_DEBIAN_ERLANG_PACKAGE_NAME erlang-tally)
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-tally)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS OFF)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "The Python package tally.")
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "libtally-runtime1 (>= ${PROJECT_VERSION}) | tally (>= ${PROJECT_VERSION}), python3 (>= 3.11)")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_COMPONENT_LUA_DESCRIPTION "The Lua module tally, for Lua 5.1 to 5.4 and LuaJIT.")
set(CPACK_COMPONENT_ERLANG_DESCRIPTION "The Erlang application tally.")
set(CPACK_DEBIAN_LUA_PACKAGE_DEPENDS "tally (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_ERLANG_PACKAGE_DEPENDS "tally (= ${PROJECT_VERSION}), erlang-base")
set(CPACK_DEBIAN_LUA_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_ERLANG_PACKAGE_SECTION devel)
include(CPack)
