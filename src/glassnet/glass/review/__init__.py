"""Reviews: a learner's function beside the course's, and the mistake that explains the difference.

`programs` has the course's functions as a learner would write them, `catalogue` the lines that
learners write in the place of a right one; `assignments` says what is asked, `review` judges.
"""
