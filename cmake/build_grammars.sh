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
for folder in "$@"; do
    name=$(printf %s "$folder" | tr -c 'a-zA-Z0-9\n' _)
    for part in parser scanner; do
        source=$modules/$folder/$part.c
        [ -f "$source" ] || continue
        size=$(wc -c <"$source")
        printf '%s\t%s\t%s\n' "$size" "$source" "$objects/$name.$part.o"
    done
done | sort -rn | cut -f 2,3 | tr '\t' '\n' |
    xargs -n 2 -P "$(nproc)" sh -c \
        'exec "$0" -std=c11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -w -I"$(dirname "$1")" -c "$1" -o "$2"' \
        "$cc"
rm -f "$archive.part"
ar -rcs "$archive.part" "$objects"/*.o
rm -rf "$objects"
mv "$archive.part" "$archive"
