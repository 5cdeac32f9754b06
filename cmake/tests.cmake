# tests/unit/<module>/test_<noun>.c is one program and one test, linked to its
# module and what that may use; other C files beside it are linked to each, and
# tests/lib/ to all.
# tests/bench/*.c and tests/fuzz/fuzz_*.c are linked to the modules whose headers
# they include.
set(test_environment
  "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:allocator_may_return_null=1"
  "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
  "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0"
  "TSAN_OPTIONS=halt_on_error=1")

# Helpers of tests, which use nothing but base: an archive, so that a program
# takes only those that it calls.
file(GLOB test_helpers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/lib/*.c)
list(FILTER test_helpers EXCLUDE REGEX "/fuzz_main\\.c$")
add_library(tt_test_helpers STATIC ${test_helpers})
target_include_directories(tt_test_helpers PRIVATE
  ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/server)
target_link_libraries(tt_test_helpers PRIVATE tt_flags)

# Long sums: optimised in each build, so that the test that trains is quick.
set_source_files_properties(
  ${CMAKE_SOURCE_DIR}/tests/lib/fit.c ${CMAKE_SOURCE_DIR}/tests/lib/net.c PROPERTIES
  COMPILE_OPTIONS "-O3;-fno-math-errno;-fno-sanitize=all;-ffp-contract=off")

# A program of tests/, with the modules it may use.
function(tt_test_program target)
  cmake_parse_arguments(arg "" "" "SOURCES;MODULES" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE
    ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/server ${CMAKE_SOURCE_DIR}/tests
    ${CMAKE_SOURCE_DIR}/tests/lib)
  target_compile_definitions(${target} PRIVATE TT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE tt_flags tt_test_helpers)
  tt_link_modules(${target} ${arg_MODULES})
endfunction()

# Tests that let the n-th allocation fail define __wrap_malloc and so on.
function(tt_wrap_allocations target source)
  foreach(name malloc calloc realloc)
    file(STRINGS ${source} found REGEX "__wrap_${name} *\\(")
    if(found)
      target_link_options(${target} PRIVATE -Wl,--wrap=${name})
    endif()
  endforeach()
endfunction()

# In `out`: the modules whose headers `source` includes.
function(tt_modules_of out source)
  file(STRINGS ${source} lines REGEX "^#include \"")
  set(modules)
  foreach(line IN LISTS lines)
    # (not one OR: CMake looks at both sides, and the second would win)
    string(REGEX REPLACE "^#include \"trimtab/([a-z_]+)\\.h.*" "#include \"\\1/" line ${line})
    if(line MATCHES "\"([a-z_]+)/")
      if(TARGET tt_${CMAKE_MATCH_1})
        list(APPEND modules ${CMAKE_MATCH_1})
      endif()
    endif()
  endforeach()
  set(${out} ${modules} PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endfunction()

function(tt_unit_tests module)
  set(folder ${CMAKE_SOURCE_DIR}/tests/unit/${module})
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/test_*.c)
  file(GLOB helpers CONFIGURE_DEPENDS ${folder}/*.c)
  if(NOT tests OR NOT TARGET tt_${module})
    return()
  endif()
  list(REMOVE_ITEM helpers ${tests})
  add_custom_target(check_${module}) # what its tests need and no more
  foreach(source IN LISTS tests)
    cmake_path(GET source STEM stem)
    string(REGEX REPLACE "^test_" "" noun ${stem})
    set(target test_${module}_${noun})
    add_dependencies(check_${module} ${target})
    tt_test_program(${target} SOURCES ${source} ${helpers} MODULES ${module})
    target_link_libraries(${target} PRIVATE tt_foreign_cmocka)
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    tt_wrap_allocations(${target} ${source})
    add_test(NAME ${module}/${noun} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${module}/${noun} PROPERTIES
      TIMEOUT 300 LABELS unit ENVIRONMENT "${test_environment}")
  endforeach()
endfunction()

# For libFuzzer, or (in the other presets) a program that runs the saved inputs
# of tests/fuzz/corpus/<noun>/ as a test.
function(tt_fuzz_target source)
  cmake_path(GET source STEM target)
  string(REGEX REPLACE "^fuzz_" "" noun ${target})
  tt_modules_of(modules ${source})
  if(TT_FUZZ)
    tt_test_program(${target} SOURCES ${source} MODULES ${modules})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    tt_test_program(${target} SOURCES ${source} ${CMAKE_SOURCE_DIR}/tests/lib/fuzz_main.c
                    MODULES ${modules})
    add_test(NAME fuzz/${noun} COMMAND ${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${noun})
    set_tests_properties(fuzz/${noun} PROPERTIES
      TIMEOUT 300 LABELS fuzz ENVIRONMENT "${test_environment}")
  endif()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()

if(TT_TESTS)
  foreach(module IN LISTS tt_modules)
    tt_unit_tests(${module})
  endforeach()
  # Programs that end-to-end tests run beside the server.
  tt_test_program(decode_stream SOURCES ${CMAKE_SOURCE_DIR}/tests/tools/decode_stream.c MODULES llm)
  set_target_properties(decode_stream PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # What classification reads and says of cases, for the test of its weights.
  tt_test_program(task_cases SOURCES ${CMAKE_SOURCE_DIR}/tests/bench/tasks.c MODULES analysis)
  set_target_properties(task_cases PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(check ${CMAKE_SOURCE_DIR}/tests/check_includes.py)
  add_test(NAME house/includes COMMAND Python3::Interpreter ${check} ${CMAKE_SOURCE_DIR})
  add_test(NAME house/includes-self-test COMMAND Python3::Interpreter ${check} --self-test)
  find_program(TT_NODE NAMES node nodejs REQUIRED)
  add_test(NAME house/settings
    COMMAND ${TT_NODE} ${CMAKE_SOURCE_DIR}/tests/check_settings.mjs ${CMAKE_SOURCE_DIR})
  add_test(NAME house/task-weights
    COMMAND ${TT_NODE} ${CMAKE_SOURCE_DIR}/tests/tools/train_tasks.mjs
            ${CMAKE_BINARY_DIR}/tests/task_cases --check)
  set_tests_properties(house/task-weights PROPERTIES TIMEOUT 600 ENVIRONMENT "${test_environment}")
endif()

if(TT_TESTS OR TT_FUZZ)
  file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
  foreach(source IN LISTS fuzz_sources)
    tt_fuzz_target(${source})
  endforeach()
endif()

if(TT_BENCH)
  add_custom_target(benchmarks) # not part of `all`: ./dev bench builds them
  file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*.c)
  foreach(source IN LISTS bench_sources)
    cmake_path(GET source STEM stem)
    tt_modules_of(modules ${source})
    tt_test_program(bench_${stem} SOURCES ${source} MODULES ${modules})
    set_target_properties(bench_${stem} PROPERTIES
      EXCLUDE_FROM_ALL ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
    add_dependencies(benchmarks bench_${stem})
  endforeach()
endif()

# tests/sim: whole sessions in a simulated world; also without sanitizers, for
# long runs (./dev sim).
file(GLOB sim_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sim/*.c)
if(sim_sources AND NOT TT_FUZZ)
  tt_test_program(sim SOURCES ${sim_sources} MODULES session)
  target_include_directories(sim PRIVATE ${CMAKE_SOURCE_DIR}/tests/sim)
  target_compile_definitions(sim PRIVATE TT_SIM_LTO=$<BOOL:${CMAKE_INTERPROCEDURAL_OPTIMIZATION}>)
  target_link_options(sim PRIVATE # see tests/sim/memory.c and starve.c
    -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=free
    -Wl,--wrap=ts_parser_parse_with_options -Wl,--wrap=ts_parser_set_language)
  if(TT_TESTS)
    # three minutes: sessions, and sessions in which allocations of the server fail
    add_test(NAME sim/seeds COMMAND sim --seconds 110)
    add_test(NAME sim/starved COMMAND sim --starve --seconds 60)
    set_tests_properties(sim/seeds sim/starved PROPERTIES
      TIMEOUT 600 LABELS sim ENVIRONMENT "${test_environment}")
    # the planted bugs (tests/sim/mutants.py) still have their places in the sources
    add_test(NAME sim/mutants COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/sim/mutants.py --check)
    set_tests_properties(sim/mutants PROPERTIES LABELS sim)
  else()
    set_target_properties(sim PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endif()
