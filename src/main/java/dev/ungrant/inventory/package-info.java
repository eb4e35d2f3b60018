/**
 * What can act for the people of an organization: by app, by person, and one by one; and the end of it for many at once.
 * Every page shows a set of grants, which its address describes, and every act is about such a set: what a person has ticked,
 * or all that the filters let through.
 *
 * <p>One grant ends at once, by {@link dev.ungrant.connectedapps.Grants}. More of them end in a job, in the order of their
 * ids, a step at a time; a grant that was opened after the job was asked for is not among them. The right to remove is asked
 * at the door, in {@link dev.ungrant.inventory.Removals}, and again in each step.
 *
 * <p>Lists cost what one page of them costs, whatever the size of the organization: they are read along a key, from the row
 * where the last page ended, and their numbers come from keys alone. How many there are of a list of single grants is counted
 * to ten thousand and then said to be more.
 *
 * <p>Tables: none of its own; it reads {@code grants, members, connected_apps}. Doors: {@code /organization/apps}.
 */
package dev.ungrant.inventory;
