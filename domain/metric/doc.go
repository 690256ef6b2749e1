// Package metric computes what happened to the contacts of a time: counts, times and shares, by queue, agent and more.
//
// It has no clock and no I/O, and nothing is counted ahead: the same contacts give the same numbers whenever they are asked for.
//
// # The rules
//
// They are those of "Metric definitions" and "Reference queries for the data lake" in the Amazon Connect Administrator Guide:
//
//  1. A metric counts a contact in the interval in which the contact ended; CONTACTS_CREATED in the one in which it began, and the metrics
//     with an event in their name at that event. Intervals hold their start and not their end.
//  2. Queued is who entered a queue, handled whom an agent took, abandoned who left a queue without an agent and without going on as another contact.
//  3. The time in a queue is that from entering it until an agent took the contact or it ended. Interaction is from there until the agent left;
//     after-contact work until it was cleared; handling is both.
//  4. A contact whose agent still works on it counts as handled; its after-contact work and handling count once they are over (our choice:
//     Amazon Connect has no record before).
//  5. The service level is the share of the queued contacts that left the queue, answered or not, within the threshold.
//  6. What a group is made by must be known of a contact, else the contact is in no group.
//  7. An agent's time counts where it was spent, whatever contact it was spent on: online in any status but offline; non-productive in a custom
//     one, also with a chat; in a routable one idle with nothing to do, or with nothing but a missed or failed contact (error); on contact with a
//     chat or after-contact work, once for several at a time. Occupancy is the share of contact in contact and idle. An offer is none of both.
//  8. What is made of messages counts the contacts whose messages were counted (package talk says how), a moment after they ended. Means of messages are by
//     contact; of their lengths by message, and of the times of responses by response.
//  9. Supervisors who watch, and guides of agents, are no contacts here (our choice).
package metric
