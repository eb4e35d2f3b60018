/**
 * What an operator does at a terminal: {@code bin/ungrant}. Each command is a few lines over the verbs that the other doors
 * use, answers in JSON, and is audited as the project's own act.
 *
 * <p>Tables: none. Doors: the command line.
 */
package dev.ungrant.commands;
