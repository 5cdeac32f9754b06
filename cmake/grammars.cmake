# tree-sitter and its grammars, from node_modules.
#
# The grammars are 200 MB of generated C that no change of ours touches: they
# are compiled once into a library in the cache folder, which all build folders
# and work trees share.  Its name holds a hash of all that it is made from.
# The core is small and is built like our own code, with the sanitizers.
set(tt_syntax_table ${CMAKE_SOURCE_DIR}/server/syntax/languages.def)
set(tt_lock ${CMAKE_SOURCE_DIR}/package-lock.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${tt_syntax_table} ${tt_lock})

execute_process(
  COMMAND sh ${CMAKE_SOURCE_DIR}/cmake/node_modules.sh ${CMAKE_SOURCE_DIR}
  COMMAND_ERROR_IS_FATAL ANY)
set(tt_node_modules ${CMAKE_SOURCE_DIR}/node_modules)

# The folders of languages.def, and the hash of each package from the lock file.
file(READ ${tt_lock} lock)
file(STRINGS ${tt_syntax_table} rows REGEX "^LANGUAGE\\(")
set(tt_grammar_folders)
set(made_from)
foreach(row IN LISTS rows)
  if(NOT row MATCHES "^LANGUAGE\\([a-z_]+, *\"[^\"]+\", *\"([^\"]+)\"")
    message(FATAL_ERROR "languages.def: cannot read this row: ${row}")
  endif()
  set(folder ${CMAKE_MATCH_1})
  string(REGEX MATCH "^(@[^/]+/)?[^/]+" package ${folder})
  string(JSON integrity GET ${lock} packages node_modules/${package} integrity)
  list(APPEND tt_grammar_folders ${folder})
  string(APPEND made_from "${folder} ${integrity}\n")
endforeach()

# One compiler for all presets: there is no sanitizer in it, so any will link.
find_program(TT_GRAMMAR_CC NAMES gcc cc clang REQUIRED)
execute_process(COMMAND ${TT_GRAMMAR_CC} --version OUTPUT_VARIABLE cc_version)
set(compile "${TT_GRAMMAR_CC} -std=c11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -w")
string(SHA256 key "${made_from}${cc_version}${compile}")
string(SUBSTRING ${key} 0 16 key)

if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(tt_cache $ENV{XDG_CACHE_HOME}/trimtab-dev)
else()
  set(tt_cache $ENV{HOME}/.cache/trimtab-dev)
endif()
set(archive ${tt_cache}/grammars-${key}/libtt_grammars.a)
add_custom_command(
  OUTPUT ${archive}
  COMMAND sh ${CMAKE_SOURCE_DIR}/cmake/build_grammars.sh ${compile} ${tt_node_modules}
          ${archive} ${tt_grammar_folders}
  COMMENT "Compiling the grammars (once: they stay in ${tt_cache})"
  USES_TERMINAL VERBATIM)
add_custom_target(tt_grammars_built DEPENDS ${archive})
add_library(tt_grammars INTERFACE)
add_dependencies(tt_grammars tt_grammars_built)
target_link_libraries(tt_grammars INTERFACE ${archive})

set(core ${tt_node_modules}/tree-sitter/vendor/tree-sitter/lib)
add_library(tt_treesitter STATIC ${core}/src/lib.c)
target_include_directories(tt_treesitter PRIVATE ${core}/src)
target_include_directories(tt_treesitter SYSTEM PUBLIC ${core}/include)
target_compile_definitions(tt_treesitter PRIVATE _GNU_SOURCE TREE_SITTER_HIDE_SYMBOLS)
target_compile_options(tt_treesitter PRIVATE -w)
target_link_libraries(tt_treesitter PRIVATE tt_sanitize tt_harden)

add_library(tt_foreign_treesitter INTERFACE)
target_link_libraries(tt_foreign_treesitter INTERFACE tt_treesitter tt_grammars)
# server/syntax/splice*.c work on tree-sitter's own nodes: <tree-sitter/lib/src/tree.h>.
target_include_directories(tt_foreign_treesitter SYSTEM INTERFACE
  ${tt_node_modules}/tree-sitter/vendor)
