# What our own code is compiled with: target_link_libraries(x PRIVATE tt_flags).
# tt_sanitize and tt_harden alone also fit code of others.
add_library(tt_flags INTERFACE)
add_library(tt_sanitize INTERFACE)
add_library(tt_harden INTERFACE)

target_compile_definitions(tt_flags INTERFACE _GNU_SOURCE TT_VERSION="${PROJECT_VERSION}")
target_compile_options(tt_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wpedantic
  -Wstrict-prototypes -Wmissing-prototypes -Wvla
  "SHELL:-include ${CMAKE_SOURCE_DIR}/server/base/banned.h")
if(TT_WERROR)
  target_compile_options(tt_flags INTERFACE -Werror)
endif()
target_link_libraries(tt_flags INTERFACE tt_sanitize tt_harden m)

set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")

if(TT_SANITIZE)
  target_compile_options(tt_sanitize INTERFACE -fsanitize=${TT_SANITIZE})
  target_link_options(tt_sanitize INTERFACE -fsanitize=${TT_SANITIZE})
  if(TT_SANITIZE MATCHES "undefined")
    target_compile_options(tt_sanitize INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(TT_FUZZ)
  target_compile_options(tt_sanitize INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(TT_HARDEN)
  include(CheckPIESupported)
  check_pie_supported()
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
    set(fortify 3)
  else()
    set(fortify 2)
  endif()
  target_compile_options(tt_harden INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${fortify} -fstack-protector-strong)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_compile_options(tt_harden INTERFACE -fstack-clash-protection)
    target_link_options(tt_harden INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(tt_harden INTERFACE -fcf-protection)
  endif()
endif()
