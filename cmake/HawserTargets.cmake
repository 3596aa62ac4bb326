# Makes the project's libraries from the folder table: one per folder.

# Flags every target of ours compiles with.
add_library(hawser_flags INTERFACE)
target_compile_features(hawser_flags INTERFACE cxx_std_20)
target_include_directories(hawser_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(hawser_flags INTERFACE HAWSER_VERSION="${PROJECT_VERSION}")
target_compile_options(hawser_flags INTERFACE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-field-initializers -fno-omit-frame-pointer)
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC takes the .cc files of a unity build for headers, where an unnamed namespace would be a mistake.
  target_compile_options(hawser_flags INTERFACE -Wno-subobject-linkage)
endif()

# hawser_target_name(OUT FOLDER): lib/sync -> hawser_sync, agent -> hawser_agent_lib, a/b -> hawser_a_b_lib.
function(hawser_target_name out folder)
  if(folder MATCHES "^lib/(.*)$")
    set(${out} hawser_${CMAKE_MATCH_1} PARENT_SCOPE)
  else()
    string(REGEX REPLACE "[/-]" "_" name ${folder})
    set(${out} hawser_${name}_lib PARENT_SCOPE)
  endif()
endfunction()

# hawser_layers(): a static library for each folder in cmake/layers.txt, linked to the folders it may include.
function(hawser_layers)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/layers.txt)
  file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/layers.txt lines REGEX "^[a-z]")
  set(folders "") # those above the line
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([^:]+):(.*)$" _ "${line}")
    set(folder ${CMAKE_MATCH_1})
    separate_arguments(edges UNIX_COMMAND "${CMAKE_MATCH_2}")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
    list(FILTER sources EXCLUDE REGEX "main\\.cc$")
    foreach(inner IN LISTS folders)
      list(FILTER sources EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/${inner}/")
    endforeach()
    list(APPEND folders ${folder})
    hawser_target_name(target ${folder})
    if(NOT sources)
      add_library(${target} INTERFACE)
      continue()
    endif()
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC hawser_flags)
    foreach(edge IN LISTS edges)
      hawser_target_name(dependency ${edge})
      target_link_libraries(${target} PUBLIC ${dependency})
    endforeach()
  endforeach()
endfunction()

# hawser_use(FOLDER LIBRARIES...): links third-party libraries to a folder's library.
function(hawser_use folder)
  hawser_target_name(target ${folder})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    target_link_libraries(${target} INTERFACE ${ARGN})
  else()
    target_link_libraries(${target} PRIVATE ${ARGN})
  endif()
endfunction()
