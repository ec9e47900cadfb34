# Compiler options that every target of the project shares.
add_library(tally_options INTERFACE)
target_include_directories(tally_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tally_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${TALLY_WERROR}>:-Werror>)

if(TALLY_SANITIZE)
  target_compile_options(tally_options INTERFACE -fsanitize=${TALLY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tally_options INTERFACE -fsanitize=${TALLY_SANITIZE})
endif()
if(TALLY_FUZZ)
  # Coverage feedback in every library; only the fuzz targets get the driver.
  target_compile_options(tally_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(tally_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(TALLY_CCACHE ccache)
if(TALLY_CCACHE)
  # Precompiled headers and ccache go together only so.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TALLY_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()

# tally_library(NAME SOURCES... ): one folder's library, warnings on.
function(tally_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC tally_options)
endfunction()
