# The program, once there is a main.c.
if(EXISTS ${CMAKE_SOURCE_DIR}/server/app/main.c)
  add_executable(trimtab ${CMAKE_SOURCE_DIR}/server/app/main.c)
  target_link_libraries(trimtab PRIVATE tt_flags)
  tt_link_modules(trimtab app)
  target_link_libraries(trimtab PRIVATE tt_foreign_uv tt_foreign_cjson)
  # cJSON has no static library in Debian: packages ship it beside the program.
  set_target_properties(trimtab PROPERTIES
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN:$ORIGIN/../lib/trimtab"
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS trimtab RUNTIME DESTINATION bin)
  file(REAL_PATH ${TT_cjson_LIBRARY} cjson)
  if(cjson MATCHES "\\.so")
    install(FILES ${cjson} DESTINATION lib/trimtab RENAME libcjson.so.1)
  endif()
  # The manual page and the completions are what the program itself prints.
  install(CODE [[
    foreach(page "man;share/man/man1/trimtab.1"
                 "completions bash;share/bash-completion/completions/trimtab"
                 "completions zsh;share/zsh/site-functions/_trimtab"
                 "completions fish;share/fish/vendor_completions.d/trimtab.fish")
      list(GET page 0 words)
      list(GET page 1 place)
      separate_arguments(words)
      cmake_path(GET place PARENT_PATH folder)
      file(MAKE_DIRECTORY $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${folder})
      message(STATUS "Installing: ${CMAKE_INSTALL_PREFIX}/${place}")
      execute_process(COMMAND $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin/trimtab ${words}
        OUTPUT_FILE $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${place} COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
  ]])
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/rules DESTINATION share/trimtab)
endif()
