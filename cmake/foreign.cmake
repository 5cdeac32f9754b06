# Libraries of others: tt_foreign_<name>, the names of cmake/modules.txt.
# What Debian has as a static library is linked statically, so that the program
# needs nothing but the C library and cJSON.
find_package(Threads REQUIRED)

function(tt_foreign name header)
  cmake_parse_arguments(arg "" "" "LIBRARIES;NEEDS" ${ARGN})
  add_library(tt_foreign_${name} INTERFACE)
  find_path(TT_${name}_HEADER ${header})
  if(NOT TT_${name}_HEADER)
    message(FATAL_ERROR "${header} was not found. Run ./dev build: it installs what is missing.")
  endif()
  if(arg_LIBRARIES)
    find_library(TT_${name}_LIBRARY NAMES ${arg_LIBRARIES})
    if(NOT TT_${name}_LIBRARY)
      message(FATAL_ERROR "None of ${arg_LIBRARIES} was found. Run ./dev build.")
    endif()
    target_link_libraries(tt_foreign_${name} INTERFACE ${TT_${name}_LIBRARY} ${arg_NEEDS})
  endif()
endfunction()

tt_foreign(cjson cjson/cJSON.h LIBRARIES cjson)
tt_foreign(uv uv.h LIBRARIES libuv_a.a uv NEEDS Threads::Threads ${CMAKE_DL_LIBS})
tt_foreign(curl curl/curl.h) # loaded late: only its headers
target_link_libraries(tt_foreign_curl INTERFACE ${CMAKE_DL_LIBS})
tt_foreign(pcre2 pcre2.h LIBRARIES libpcre2-8.a pcre2-8)
target_compile_definitions(tt_foreign_pcre2 INTERFACE PCRE2_CODE_UNIT_WIDTH=8)
tt_foreign(sqlite sqlite3.h LIBRARIES libsqlite3.a sqlite3 NEEDS m Threads::Threads ${CMAKE_DL_LIBS})
if(TT_TESTS)
  tt_foreign(cmocka cmocka.h LIBRARIES cmocka)
endif()
