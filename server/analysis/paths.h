/* paths.h -- what the name of a file says about it. */
#ifndef TT_ANALYSIS_PATHS_H
#define TT_ANALYSIS_PATHS_H

#include "trimtab/str.h"

tt_str tt_path_file(tt_str path); /* the last part */

/* Is there a folder (or file without its ending) of this name in the path?
 * Letter case does not matter; `name` is in lower case. */
bool tt_path_has_part(tt_str path, const char *name);

/* By its name ("test_x.py", "x.spec.ts", "XTest.java", "__tests__/"), or in a
 * folder "test"/"tests"/"spec" when the text also looks like a test: a service
 * that happens to lie below such a folder is not one. */
bool tt_path_is_test(tt_str path, tt_str text);

/* Brought along for tests: fixtures, helpers and settings below a folder of tests, mocks, and
 * the settings of test runners. */
bool tt_path_helps_tests(tt_str path);

/* Below a folder of demos, examples, seeds or scripts ("demo-orders"), or what the people who work
 * on the project keep at its top: tools, docs, the forge's own scripts. */
bool tt_path_is_shown(tt_str path);

/* One of the three: code that serves nobody's users, in which few rules speak. */
bool tt_path_is_aside(tt_str path, tt_str text);

/* Dependencies, build output, minified or generated files: nobody edits them. */
bool tt_path_is_foreign(tt_str path, tt_str text);

/* In a folder of migrations, or numbered as migrations are. */
bool tt_path_is_migration(tt_str path);

/* '*' within a part, '**' across parts, '?' one byte; a pattern without '/' is
 * compared with the last part. */
bool tt_path_glob(tt_str pattern, tt_str path);

/* What stands in front of the last '/'; empty when there is none. */
tt_str tt_path_folder(tt_str path);

/* The way back of a migration that is kept in two files: "0007_orders.down.sql", "0007/down.sql".
 */
bool tt_path_is_step_down(tt_str path);

/* Helpers for texts in ASCII, whatever the letter case. */
bool tt_str_eq_nocase(tt_str a, tt_str b);
bool tt_str_starts_nocase(tt_str s, tt_str prefix);
bool tt_str_has(tt_str text, tt_str part);
bool tt_str_has_nocase(tt_str text, tt_str part);

#endif
