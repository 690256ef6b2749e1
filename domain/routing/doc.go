// Package routing says which waiting contact goes to which agent next. A Board
// holds what one instance knows, is changed piece by piece, and answers Next.
//
// It has no clock, no I/O and no randomness: the same changes and times give
// the same answers. It does not guarantee that a contact gets one agent only:
// that is the store's compare-and-set. A Board may be stale; an assignment that
// the store refuses is answered by putting fresh facts on the Board and asking
// again.
//
// # The rules
//
// AWS pages are those of the Amazon Connect Administrator Guide.
//
//  1. An agent may be offered contacts while it is routable and has a free slot;
//     contacts that it holds, is offered, or works on after the end take slots
//     ("Channels and concurrency"; "Availability" and "Available" of "Metric
//     definitions"). Chat concurrency is 1 to 10 (MediaConcurrency).
//  2. If several agents may take a contact, the one that has been available
//     longest gets it; handling a contact moves an agent to the end ("How routing
//     works"). Equal times: the lower user id (our choice).
//  3. If several agents and contacts wait at once, the longest available agent
//     that may take anything chooses first (our choice: the order of contacts is a
//     matter of each agent's profile, so only an agent can choose).
//  4. An agent takes contacts of the queues of its routing profile, those of the
//     lowest priority number first ("Queues: priority and delay examples").
//  5. A queue's delay in the profile: an agent may take its contacts only when
//     they have waited that long or longer (same page). The real wait counts, not
//     the adjusted one (our choice, after UpdateContactRoutingData: the adjustment
//     "affects only its position in queue, and not its actual queue wait time").
//  6. Contacts of the agent's own queue come before all others and know no delay
//     ("Queues: standard and agent").
//  7. Among contacts of queues of equal priority: the contact's own priority, 1
//     first, 5 unless set; then age, to which QueueTimeAdjustmentSeconds is added
//     (flow block "Change routing priority / age"). Equal ages: the lower contact
//     id (our choice).
//  8. Routing criteria: only an agent that meets the contact's current step may
//     take it; a step without expiry never ends; when all have expired any agent of
//     the queue may ("Set up routing based on agent proficiencies",
//     RoutingCriteriaInput). The steps' times run from when the contact entered the
//     queue (RoutingCriteria.ActivationTimestamp). In an agent queue they have no
//     effect (flow block "Set routing criteria"). Queue priority and delay hold
//     there too: proficiencies are matched "within the same queue".
//  9. Return to the last agent (our choice; in Amazon Connect a flow does it by
//     routing criteria): until PreferredUntil only the preferred agent may take the
//     contact, in place of the criteria, as long as it is routable and not passed
//     over; a busy one is waited for. The contact's place in the order is the same.
//  10. An agent that rejected or missed a contact is passed over for that contact
//     until the time that is given (our choice; Amazon Connect offers a rejected
//     contact anew at once, which can go round in circles with a single agent).
package routing
