#!/bin/sh
# build_grammars.sh CC NODE_MODULES ARCHIVE FOLDER... -- compile parser.c and
# scanner.c of every folder (below NODE_MODULES) into ARCHIVE.
#
# Two builds at once are normal (another work tree): the second waits for the
# lock and then finds the archive.  It appears by a rename, so never half.
set -eu
cc=$1 modules=$2 archive=$3
shift 3
dir=$(dirname "$archive")
mkdir -p "$dir"
exec 9>"$dir.lock"
flock 9
if [ -s "$archive" ]; then
    touch "$archive" # its build tool asked for it: newer than what it asked by
    exit 0
fi

objects=$dir/objects
rm -rf "$objects"
mkdir -p "$objects"
# The largest first, so that no big one is left for the end.
for folder in "$@"; do
    for part in parser scanner; do
        source=$modules/$folder/$part.c
        [ ! -f "$source" ] || printf '%s %s\n' "$(wc -c <"$source")" "$source"
    done
done | sort -rn | while read -r _ source; do
    object=$objects/$(printf %s "$source" | tr -c 'a-zA-Z0-9\n' _).o
    printf '%s\0' -I"$(dirname "$source")" -c "$source" -o "$object"
done | xargs -0 -n 5 -P "$(nproc)" \
    "$cc" -std=c11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -w
rm -f "$archive.part"
ar -rcs "$archive.part" "$objects"/*.o
rm -rf "$objects"
mv "$archive.part" "$archive"
