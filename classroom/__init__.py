"""The teacher's side: problem sets made, collected, graded and handed back.

    wire       plain values as bytes, for two processes that do not trust each other
    sets       a problem set, and what each side gets of it
    course     the folder of one course, and how files come into it whole
    versions   the notebooks of a set, written into a course; here nbgrader works
    repair     a notebook that was handed in, made as it was handed out
    collect    whose the files of a platform are
    worker     runs a student's code; the only module inside the sandbox
    sandbox    starts the worker where it can reach nothing
    runner     calls what a student wrote, through the sandbox
    grade      from a notebook to points and sentences; hundreds of them
    report     scores, feedback for each student, a summary of the class

python -m classroom --help says how to use it, README.md step by step. A module imports
only from those above it. Nothing here is needed to read or run the book.
"""
