/* commands.c -- every command there is, in the order of `trimtab --help`. */
#include "app/command.h"

const struct tt_command tt_commands[] = {
    { "check", "PATH...", "findings of the rules, offline",
      "Look at source files with the built-in rules and print what they find. Folders are\n"
      "walked; what git and the settings ignore is left out. Exit code 0 when nothing is\n"
      "found, 1 when something is, 2 when it could not be done or a path that was named could\n"
      "not be read.",
      tt_cmd_check },
    { "fix", "PATH... [--rule ID] [--write]", "offline rewrites, as a unified diff",
      "Print the rewrites that are certain to be right, as a unified diff. With --write the\n"
      "files are changed.",
      tt_cmd_fix },
    { "rule", "[ID]", "what a rule finds, why, and what to do",
      "Print the page of a rule: what it finds, why it matters, examples, how to silence it.\n"
      "Without ID the rules are listed.",
      tt_cmd_rule },
    { "actions", "FILE:RANGE", "what an editor would be offered there",
      "Print the code actions that an editor would offer at the range.\n"
      "RANGE is LINE, LINE:COL or START-END, counted from 1.",
      tt_cmd_actions },
    { "task", "FILE:RANGE [INSTRUCTION]", "what kind of task this is, with the evidence",
      "Classify the code at the range (and the instruction), offline.\n"
      "RANGE is LINE, LINE:COL or START-END, counted from 1.",
      tt_cmd_task },
    { "route", "FILE:RANGE [INSTRUCTION]", "which model, why, and at what price",
      "Print the decision of the router. No request is made.\n"
      "RANGE is LINE, LINE:COL or START-END, counted from 1.",
      tt_cmd_route },
    { "edit", "FILE:RANGE INSTRUCTION", "ask the model, print the diff",
      "Send the range with your instruction to the model that fits the task best and print\n"
      "the smallest edit that its answer amounts to. With --write the file is changed.\n"
      "RANGE is LINE, LINE:COL or START-END, counted from 1.",
      tt_cmd_edit },
    { "compare", "FILE:RANGE INSTRUCTION", "two models, the same prompt, side by side",
      "Ask two models the same and show both edits without saying whose they are; pick the\n"
      "better one.",
      tt_cmd_compare },
    { "apply", "FILE [--range R] [--format F] < ANSWER", "apply a model's answer to a file",
      "Read a model's answer from standard input, find the edits in it, and print the verdict\n"
      "with the diff. Nothing is written unless --write is given. Exit code 0 when the edits\n"
      "are ready or nothing is to be done, 1 when the answer is refused.",
      tt_cmd_apply },
    { "findings", "[ID]", "what is known about models, and what it is worth",
      "Print the findings that the router starts from, or one of them.", tt_cmd_findings },
    { "stats", "", "what became of your edits, by task and model",
      "Print what the router has learned from your own outcomes.", tt_cmd_stats },
    { "log", "", "the receipts of the last requests",
      "Print what was asked of which model, what it cost, and what became of it.", tt_cmd_log },
    { "doctor", "", "look for what is wrong, and say what mends it",
      "Check configuration, keys, network, certificates, database and grammars.", tt_cmd_doctor },
    { "trust", "[DIR] [--list] [--remove]", "folders whose prompts and rules may be used",
      "Trust a project's own instructions: its AGENTS.md and the templates in .trimtab/prompts\n"
      "go into prompts only then. Without DIR the trusted folders are listed.",
      tt_cmd_trust },
    { "demo", "PATH...", "an editor's session with the server, printed",
      "Start the language server, open the files as an editor would, and print findings,\n"
      "actions with their routes, and the offline edits as diffs.",
      tt_cmd_demo },
    { "lsp", "[--stdio | --pipe PATH | --socket PORT]", "the language server, for editors",
      "Speak the Language Server Protocol over standard input and output.", tt_cmd_lsp },
    { "completions", "bash | zsh | fish", "what a shell needs to complete our words",
      "Print a script for your shell, for example:\n"
      "  bash   eval \"$(trimtab completions bash)\" in ~/.bashrc\n"
      "  zsh    trimtab completions zsh > DIR/_trimtab, with DIR in $fpath\n"
      "  fish   trimtab completions fish > ~/.config/fish/completions/trimtab.fish",
      tt_cmd_completions },
    { "man", "", "the manual page, for man -l -",
      "Print the manual page. To read it: trimtab man | man -l -", tt_cmd_man },
};

const size_t tt_commands_count = sizeof(tt_commands) / sizeof(tt_commands[0]);
