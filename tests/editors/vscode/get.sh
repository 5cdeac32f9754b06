#!/bin/sh
# get.sh PLACE -- a real VS Code (code-server), what drives it in a browser, and the
# Node that runs both, as the lock file says; all from npm.
#
# code-server's own installer wants to download more than npm has and compiles
# what only a desktop needs, so its steps are done here: the packages of its own
# lock file, and the native modules without which the server does not start.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
place=$1

mkdir -p "$place"
cp "$here/package.json" "$here/package-lock.json" "$here/../../../.npmrc" "$place"
cd "$place"
npm ci --no-progress --loglevel=error

# The Node of the lock file for all of it: native modules fit one Node only.
set -- "$PWD"/node_modules/node-linux-*
[ -x "$1/bin/node" ] || {
    echo "npm has no Node for this machine in tests/editors/vscode/package-lock.json." >&2
    exit 1
}
PATH=$1/bin:$PATH
export PATH npm_config_nodedir="$1"

npm rebuild argon2 --build-from-source --ignore-scripts=false --loglevel=error
cd node_modules/code-server/lib/vscode
cp "$place/.npmrc" .
npm ci --omit=dev --no-progress --loglevel=error
npm rebuild @parcel/watcher @vscode/spdlog native-watchdog --ignore-scripts=false --loglevel=error
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
ln -sfn node_modules node_modules.asar
find . -type d -name obj.target -prune -exec rm -rf {} +
node "$place/node_modules/code-server/out/node/entry.js" --version
