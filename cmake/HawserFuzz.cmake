# Fuzz targets: tests/fuzz/NAME_fuzz.cc becomes fuzz_NAME. With the fuzz preset it is a libFuzzer binary; otherwise it
# only replays its corpus, tests/fuzz/corpus/NAME/, and ctest runs it as a test.

# hawser_fuzz_dependencies(OUT SOURCE): the libraries of the folders that SOURCE includes.
function(hawser_fuzz_dependencies out source)
  file(STRINGS ${source} lines REGEX "^#include \"lib/[a-z]+/")
  set(libraries "")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^#include \"(lib/[a-z]+)/.*$" "\\1" folder "${line}")
    hawser_target_name(library ${folder})
    list(APPEND libraries ${library})
  endforeach()
  list(REMOVE_DUPLICATES libraries)
  set(${out} ${libraries} PARENT_SCOPE)
endfunction()

# hawser_fuzzers(): one target for each *_fuzz.cc of the current folder.
function(hawser_fuzzers)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cc)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME)
    string(REGEX REPLACE "_fuzz\\.cc$" "" name ${name})
    hawser_fuzz_dependencies(libraries ${source})
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE hawser_flags ${libraries})
    if(HAWSER_FUZZ)
      target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
      continue()
    endif()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/replay_main.cc)
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS unit TIMEOUT 300)
  endforeach()
endfunction()
