# Each folder of server/ with C files is one OBJECT library, tt_<module>, as
# cmake/modules.txt says: so a test links only what its module may use.
set(tt_modules_table ${CMAKE_SOURCE_DIR}/cmake/modules.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tt_modules_table})

# tt_<module>_needs and tt_<module>_foreign from the table, in its order.
set(tt_modules)
file(STRINGS ${tt_modules_table} rows REGEX "^[a-z]")
foreach(row IN LISTS rows)
  string(REPLACE "|" ";" cells ${row})
  list(TRANSFORM cells STRIP)
  list(GET cells 0 module)
  list(GET cells 1 needs)
  list(GET cells 2 foreign)
  string(REGEX MATCHALL "[^ -][^ ]*" needs "${needs}")
  string(REGEX MATCHALL "[^ -][^ ]*" foreign "${foreign}")
  list(TRANSFORM needs REPLACE "/.*" "") # a single header links its module all the same
  set(tt_${module}_needs ${needs})
  set(tt_${module}_foreign ${foreign})
  list(APPEND tt_modules ${module})
endforeach()

# Data that is compiled in: module, its root, patterns below it.
set(tt_analysis_data server/analysis rules/*.scm)
set(tt_route_data server/route *.json)
set(tt_prompt_data server/prompt templates/*)
set(tt_config_data protocol config.schema.json)

# The prices of models come from npm's @pydantic/genai-prices:
# prices.mjs PACKAGE OUT writes OUT (JSON).
function(tt_made_prices out)
  set(script ${CMAKE_SOURCE_DIR}/cmake/prices.mjs)
  set(${out} "" PARENT_SCOPE)
  if(EXISTS ${script})
    find_program(TT_NODE NAMES node nodejs REQUIRED)
    set(prices ${CMAKE_BINARY_DIR}/generated/prices.json)
    add_custom_command(
      OUTPUT ${prices}
      COMMAND ${TT_NODE} ${script} ${tt_node_modules}/@pydantic/genai-prices ${prices}
      DEPENDS ${script} ${tt_lock}
      COMMENT "Making the table of prices" VERBATIM)
    set(${out} ${prices} PARENT_SCOPE)
  endif()
endfunction()

function(tt_add_module module)
  set(folder ${CMAKE_SOURCE_DIR}/server/${module})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.c)
  list(REMOVE_ITEM sources ${folder}/main.c) # belongs to the program
  if(NOT sources)
    return()
  endif()
  add_library(tt_${module} OBJECT ${sources})
  target_include_directories(tt_${module} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(tt_${module} PRIVATE tt_flags)
  foreach(name IN LISTS tt_${module}_foreign)
    target_link_libraries(tt_${module} PRIVATE tt_foreign_${name})
  endforeach()
  if(DEFINED tt_${module}_data)
    list(GET tt_${module}_data 0 root)
    list(SUBLIST tt_${module}_data 1 -1 patterns)
    list(TRANSFORM patterns PREPEND ${CMAKE_SOURCE_DIR}/${root}/)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${patterns})
    if(module STREQUAL "route")
      tt_made_prices(prices)
      list(APPEND files ${prices})
    endif()
    tt_embed(tt_${module} ${module} ${CMAKE_SOURCE_DIR}/${root} ${files})
  endif()
endfunction()

# In `out`: the modules that `module` may use, directly or not, and itself.
function(tt_closure out)
  set(todo ${ARGN})
  set(all)
  while(todo)
    list(POP_FRONT todo next)
    if(NOT next IN_LIST all)
      list(APPEND all ${next})
      list(APPEND todo ${tt_${next}_needs})
    endif()
  endwhile()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# Link the objects of these modules, what they use, and their foreign libraries.
function(tt_link_modules target)
  tt_closure(modules ${ARGN})
  foreach(module IN LISTS modules)
    if(TARGET tt_${module})
      target_link_libraries(${target} PRIVATE tt_${module})
      foreach(name IN LISTS tt_${module}_foreign)
        target_link_libraries(${target} PRIVATE tt_foreign_${name})
      endforeach()
    endif()
  endforeach()
endfunction()

foreach(module IN LISTS tt_modules)
  tt_add_module(${module})
endforeach()
