#!/bin/sh
# get.sh PLACE SUITE PACKAGE -- a program of a newer Debian, beside the system.
#
# The package and all that it needs, down to libc, are unpacked into PLACE/root;
# PLACE/PACKAGE starts it by the unpacked loader.  Nothing is installed, and the
# system's own lists of packages are not touched.
set -eu
place=$1 suite=$2 package=$3

rm -rf "$place.part"
mkdir -p "$place.part/apt/lists/partial" "$place.part/apt/archives/partial" "$place.part/debs"
part=$(cd "$place.part" && pwd)

# The mirror that this machine uses for Debian.
# shellcheck disable=SC2016 # apt's own variable
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    grep '/debian/\?$' | sort -u | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian/}
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
    >"$part/apt/sources.list"
: >"$part/apt/status" # nothing counts as installed, so everything needed comes along
cat >"$part/apt/apt.conf" <<END
Dir::Etc::sourcelist "$part/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$part/apt";
Dir::State::status "$part/apt/status";
Dir::Cache "$part/apt";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
END
export APT_CONFIG="$part/apt/apt.conf"
apt-get update -qq
names=$(apt-get install -y --print-uris "$package" |
    sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p")
# shellcheck disable=SC2086 # a list of names
(cd "$part/debs" && apt-get download -qq $names)
mkdir "$part/root"
for deb in "$part"/debs/*.deb; do
    dpkg-deb -x "$deb" "$part/root"
done
rm -rf "$part/debs" "$part/apt" "$part/root/usr/share/doc" "$part/root/usr/share/locale"
rm -rf "$place"
mv "$place.part" "$place"
