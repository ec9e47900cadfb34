# Compiler options that every target of the project shares.
add_library(tally_options INTERFACE)
target_include_directories(tally_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tally_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${TALLY_WERROR}>:-Werror>)

if(TALLY_UNITY)
  # In a unity build a name may shadow one of another file, and GCC takes every file but the unity file
  # for a header and follows inlining across files. Builds without unity (dev, tsan) have these warnings, and
  # scripts/lint compiles each file alone with -Wshadow.
  target_compile_options(tally_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-shadow>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(tally_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage
      -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds>)
  endif()
endif()
if(TALLY_SANITIZE)
  # What a sanitizer adds makes GCC warn of values that are set (its manual says so), and of LLVM's own `new`.
  target_compile_options(tally_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized$<SEMICOLON>-Wno-mismatched-new-delete>)
  target_compile_options(tally_options INTERFACE -fsanitize=${TALLY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tally_options INTERFACE -fsanitize=${TALLY_SANITIZE})
endif()
if(TALLY_FUZZ)
  # Coverage feedback in every library; only the fuzz targets get the driver. In a build for speed, what is compared
  # is not traced: that takes a fifth of the time, and the dictionaries have the words.
  if(TALLY_SANITIZE)
    target_compile_options(tally_options INTERFACE -fsanitize=fuzzer-no-link)
  else()
    target_compile_options(tally_options INTERFACE -fsanitize-coverage=inline-8bit-counters,pc-table)
  endif()
  target_link_options(tally_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(TALLY_CCACHE ccache)
if(TALLY_CCACHE)
  # ccache works with precompiled headers only with these settings.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TALLY_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()

# tally_unity(TARGET): with TALLY_UNITY, the files of a folder are one translation unit, which halves
# the time of a build from nothing. So the names in anonymous namespaces are distinct within a folder.
function(tally_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${TALLY_UNITY} UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER "folder_${folder}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()
# tally_without_unity(TARGET) leaves a library out.
function(tally_without_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
endfunction()

# tally_library(NAME FOLDER...): a library of all .cpp files in these folders (not in their
# subfolders), with an alias: tally_grammar is also tally::grammar.
function(tally_library name)
  set(sources)
  foreach(folder ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  add_library(${name} STATIC ${sources})
  string(REPLACE "tally_" "tally::" alias ${name})
  add_library(${alias} ALIAS ${name})
  target_link_libraries(${name} PUBLIC tally_options)
  tally_unity(${name})
endfunction()

# utf8proc and GMP have no CMake package file.
find_library(TALLY_UTF8PROC utf8proc REQUIRED)
find_path(TALLY_UTF8PROC_INCLUDE utf8proc.h REQUIRED)
add_library(utf8proc::utf8proc INTERFACE IMPORTED)
target_include_directories(utf8proc::utf8proc INTERFACE ${TALLY_UTF8PROC_INCLUDE})
target_link_libraries(utf8proc::utf8proc INTERFACE ${TALLY_UTF8PROC})
find_library(TALLY_GMP gmp REQUIRED)
find_library(TALLY_GMPXX gmpxx REQUIRED)
find_path(TALLY_GMP_INCLUDE gmpxx.h REQUIRED)
add_library(GMP::gmpxx INTERFACE IMPORTED)
target_include_directories(GMP::gmpxx INTERFACE ${TALLY_GMP_INCLUDE})
target_link_libraries(GMP::gmpxx INTERFACE ${TALLY_GMPXX} ${TALLY_GMP})

# Nor has libsodium.
find_library(TALLY_SODIUM sodium REQUIRED)
find_path(TALLY_SODIUM_INCLUDE sodium.h REQUIRED)
add_library(sodium::sodium INTERFACE IMPORTED)
target_include_directories(sodium::sodium INTERFACE ${TALLY_SODIUM_INCLUDE})
target_link_libraries(sodium::sodium INTERFACE ${TALLY_SODIUM})
