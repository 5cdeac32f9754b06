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
  if(EXISTS ${CMAKE_SOURCE_DIR}/docs/trimtab.1)
    install(FILES ${CMAKE_SOURCE_DIR}/docs/trimtab.1 DESTINATION share/man/man1)
  endif()
endif()
