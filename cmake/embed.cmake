# Files that are part of the program: rules, findings, prompts, prices.
#
# tt_embed(<target> <module> <root> <file>...) compiles the files into the table
# tt_<module>_files[] of base/embed.h.  `path` there is relative to <root>.
# A file may be made by the build itself, if its path is below the build folder.
set(tt_embed_script ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake)

function(tt_embed target module root)
  set(out ${CMAKE_BINARY_DIR}/generated/${module}_files.c)
  set(list ${CMAKE_BINARY_DIR}/generated/${module}_files.list)
  list(SORT ARGN)
  file(GENERATE OUTPUT ${list} CONTENT "${ARGN}")
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -D module=${module} -D root=${root} -D list=${list} -D out=${out}
            -P ${tt_embed_script}
    DEPENDS ${ARGN} ${list} ${tt_embed_script}
    COMMENT "Embedding the files of ${module}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
