"""The texts on calls, on what is said and on episodes (see `english`)."""

CALLS = {
    # New analysis
    "no_recognizer": "This server has no model that writes down speech. Whoever runs it can fetch one: emoclassify "
    "models fetch whisper-small.",
    "is_call": "This is a call with two sides",
    "is_call_help": "Each side on a channel, a sound track or in a recording of its own: who speaks when, who "
    "interrupts, how each voice changes.",
    "role_agent": "agent",
    "role_customer": "customer",
    "call_places": "Who is where?",
    "places_agent_left": "Agent left, customer right",
    "places_agent_right": "Customer left, agent right",
    "places_agent_first": "Agent on the first sound track, customer on the second",
    "places_agent_second": "Customer on the first sound track, agent on the second",
    "places_agent_file": "Two recordings: the agent in {file}, the customer in {file2}",
    "places_agent_file2": "Two recordings: the customer in {file}, the agent in {file2}",
    "call_scored": "Whose voice is read for emotions?",
    "scored_customer": "The customer's",
    "scored_both": "Both",
    "scored_none": "Nobody's",
    "call_law": "EU law forbids reading the emotions of people at work (AI Act, article 5(1)(f)): your own agents are "
    "only written down, unless the law that applies to you allows more.",
    "has_marks": "Mark where something is strong",
    "has_marks_help": "A stretch gets a mark where the scores rise to a value and stay there for some time.",
    "marks_measure": "What?",
    "marks_up": "From which score on (0 to 1)?",
    "marks_for": "For how many seconds at least?",
    # Result
    "tab_call": "Call",
    "whose_voice": "Whose voice",
    "turns_of": "{role} speaks: {share} of the speech",
    "turn": "{role} speaks",
    "turn_interrupts": "{role} begins while another speaks",
    "episodes": "Episodes",
    "episode": "{measure}, up to {highest}",
}
