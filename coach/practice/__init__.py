"""Interview practice: questions of the documents, feedback by rule, what to ask next, sessions and their history.

    practice = coach.practice                                   # a Practice (practice.py); one per process, thread-safe
    practice.bank.roles("en")                                   # the roles that have questions
    practice.bank.questions("data-analyst", "en", level, kind)  # PracticeQuestion: id, level, kind, question, points
    session = practice.start("data-analyst", "en", level=None, kind=None, count=5, owner=owner, attempts=store, now=now)
    session.current                                             # the PracticeQuestion to show, None at the end
    feedback = practice.answer(session, text, owner=owner, attempts=store, now=now)
    feedback.score, feedback.marks, feedback.parts, feedback.points, feedback.advice, feedback.state
    session.next() | session.skip() | session.again()           # after an answer; `again` puts the same question once more
    summary = practice.summary(session, owner=owner, attempts=store)
    practice.history(owner, store, role=None)                   # one SessionResult for each session kept, oldest first
    export_markdown(session, summary) | export_json(session, summary)       # export.py
    rubric("en").criteria                                       # rubric.py: names, weights by kind, what each level means

A `Session` is plain data: keep it per visitor (a `gr.State` will do). `attempts` is whatever has `add_attempt` and
`attempts` (`coach.storage.Store`); `owner` is its opaque key of a visitor. Every text for people is in `strings/` of this
folder and comes from `texts.practice_texts(language)`; `wording.py` turns a Feedback into Markdown.
"""
