# The program, once there is a main.c.
if(EXISTS ${CMAKE_SOURCE_DIR}/server/app/main.c)
  add_executable(trimtab ${CMAKE_SOURCE_DIR}/server/app/main.c)
  target_link_libraries(trimtab PRIVATE tt_flags)
  tt_link_modules(trimtab app)
  # cJSON has no static library in Debian: packages ship it beside the program.
  set_target_properties(trimtab PROPERTIES
    BUILD_RPATH "$ORIGIN" INSTALL_RPATH "$ORIGIN:$ORIGIN/../lib/trimtab"
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS trimtab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
