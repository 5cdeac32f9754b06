#!/bin/sh
# build_grammars.sh COMPILE NODE_MODULES ARCHIVE FOLDER... -- compile parser.c and
# scanner.c of every folder (below NODE_MODULES) into ARCHIVE.  COMPILE is the
# compiler with its flags, separated by spaces.
#
# Two builds at once are normal (another work tree): the second waits for the
# lock and then finds the archive.  It appears by a rename, so never half.
set -eu
compile=$1 modules=$2 archive=$3
shift 3
dir=$(dirname "$archive")
mkdir -p "$dir"
exec 9>"$dir.lock"
flock 9
[ ! -s "$archive" ] || exit 0

objects=$dir/objects
rm -rf "$objects"
mkdir -p "$objects"
# The largest first, so that no big one is left for the end.
# shellcheck disable=SC2086 # COMPILE is a command and its flags
for folder in "$@"; do
    for part in parser scanner; do
        source=$modules/$folder/$part.c
        [ ! -f "$source" ] || printf '%s %s\n' "$(wc -c <"$source")" "$source"
    done
done | sort -rn | while read -r _ source; do
    object=$objects/$(printf %s "$source" | tr -c 'a-zA-Z0-9\n' _).o
    printf '%s\0' -I"$(dirname "$source")" -c "$source" -o "$object"
done |
    xargs -0 -n 5 -P "$(nproc)" $compile
rm -f "$archive.part"
ar -rcs "$archive.part" "$objects"/*.o
rm -rf "$objects"
mv "$archive.part" "$archive"
