// Starts `takens lsp` and connects it with the editor. All that is known of the language is in that program.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const command = vscode.workspace.getConfiguration("takens").get("server.path") || "takens";
  const server = { command, args: ["lsp"], transport: TransportKind.stdio };
  const options = { documentSelector: [{ language: "takens" }] };
  client = new LanguageClient("takens", "Takens", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const choice = await vscode.window.showErrorMessage(
      `Takens: \`${command} lsp\` does not start (${error.message ?? error}). ` +
        "Install the program `takens`, or say where it is.",
      "Open Settings",
    );
    if (choice) {
      vscode.commands.executeCommand("workbench.action.openSettings", "takens.server.path");
    }
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("takens.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("takens.server.path")) {
        restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
