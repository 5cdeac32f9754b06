# Runs at build time: turns the files of `list` into one C file; see embed.cmake.
# Arrays of numbers, not strings: a string literal has a limit in ISO C.
file(READ ${list} files)
set(arrays)
set(rows)
set(n 0)
foreach(file IN LISTS files)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  file(RELATIVE_PATH path ${root} ${file})
  if(path MATCHES "^\\.\\./")
    get_filename_component(path ${file} NAME)
  endif()
  # One more byte, zero, so that a text can be used as a C string.
  string(APPEND arrays "static const unsigned char file_${n}[] = { ${bytes}0 };\n")
  string(APPEND rows "    { \"${path}\", file_${n}, ${length} },\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${out} "/* Made by cmake/embed_script.cmake. */
#include \"base/embed.h\"

TT_EMBEDDED_DECLARE(${module})

${arrays}
const struct tt_embedded tt_${module}_files[] = {
${rows}    { NULL, NULL, 0 },
};
const size_t tt_${module}_files_count = ${n};
")
