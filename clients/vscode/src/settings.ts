// settings.ts -- what of the editor's settings the server gets.
//
// Only what the user (or a trusted folder) really set: the defaults are the
// server's own, and its configuration file must not be overruled by them.
import * as vscode from 'vscode';

/** Settings that this extension keeps to itself. */
const ours = new Set(['trimtab.server.path', 'trimtab.preview']);

function serverSettings(context: vscode.ExtensionContext): string[] {
  const manifest = context.extension.packageJSON as {
    contributes: { configuration: { properties: Record<string, unknown> }[] };
  };
  return manifest.contributes.configuration
    .flatMap((section) => Object.keys(section.properties))
    .filter((name) => !ours.has(name))
    .map((name) => name.replace(/^trimtab\./, ''));
}

/** The settings for the server, in the shape of protocol/config.schema.json. */
export function forServer(
  context: vscode.ExtensionContext,
  folder?: vscode.Uri,
): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('trimtab', folder ?? null);
  // A model's edit comes by a command here, so that it can be shown before.
  const result: Record<string, unknown> = { delivery: 'command' };
  for (const name of serverSettings(context)) {
    const found = settings.inspect(name);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined) result[name] = value;
  }
  if (result.delivery === 'auto') result.delivery = 'command';
  return result;
}

export type PreviewMode = 'always' | 'held' | 'never';

export const previewMode = (): PreviewMode =>
  vscode.workspace.getConfiguration('trimtab').get<PreviewMode>('preview', 'always');

export const serverPath = (): string =>
  vscode.workspace.getConfiguration('trimtab').get<string>('server.path', '').trim();
