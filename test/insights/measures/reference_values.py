"""Prints the values that measures.test.ts expects, computed from the definitions with NumPy and pandas.

Nothing runs this file. The values were printed with NumPy 2.4.6 and pandas 3.1.1.
"""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pandas as pd

DAYS = 100
LAST = DAYS - 1
days = [date(2026, 1, 1) + timedelta(i) for i in range(DAYS)]
weekend = [day.weekday() >= 5 for day in days]
known = [i for i in range(DAYS) if i % 13 != 5]
onset = {i: -60 + (i * 37) % 90 + 60 * weekend[i] + (i * 17) % 30 for i in known}
offset = {i: 420 + (i * 53) % 80 + 75 * weekend[i] for i in known}

middle = pd.Series({i: (onset[i] + offset[i]) / 2 for i in known})
duration = pd.Series({i: offset[i] - onset[i] for i in known})
week = [i for i in known if i > LAST - 7]
free = [i for i in known if i > LAST - 28 and weekend[i]]
work = [i for i in known if i > LAST - 28 and not weekend[i]]
mean_duration = (5 * duration[work].mean() + 2 * duration[free].mean()) / 7
corrected = middle[free].mean() - max(0, duration[free].mean() - mean_duration) / 2
print("midsleep", middle[week].mean())
print("social_jetlag", middle[free].mean() - middle[work].mean())
print("midsleep_free_corrected", corrected)

asleep = np.zeros((DAYS + 3) * 1440, dtype=int)
for i in known:
    midnight = (i + 1) * 1440
    asleep[midnight + onset[i] : midnight + offset[i]] = 1
    if i % 9 == 0:
        asleep[midnight + 15 * 60 - 40 : midnight + 15 * 60] = 1
start = round(middle[[i for i in known if i > LAST - 28]].median()) - 720
day = {i: asleep[(i + 1) * 1440 + start : (i + 2) * 1440 + start] for i in known}
pairs = [(i, i + 1) for i in range(LAST - 27, LAST) if i in day and i + 1 in day]
print("sleep_regularity", 200 * np.mean([(day[i] == day[j]).mean() for i, j in pairs]) - 100)

log = pd.Series({i: np.log(50 + (i * 29) % 31) for i in known})
before = log[[i for i in known if LAST - 67 < i <= LAST - 7]]
print("ln_rmssd", log[week].mean())
print("ln_rmssd_cv", 100 * log[week].std() / log[week].mean())
print("ln_rmssd_usual", before.mean() - before.std() / 2, before.mean() + before.std() / 2)

rpe = pd.Series([(5 + i % 4) * (40 + (i * 7) % 35) if i % 3 == 0 else 0 for i in range(DAYS)])
volume = pd.Series([3000 + (i * 311) % 2500 if i % 3 == 0 else 0 for i in range(DAYS)])
for name, load in (("session_rpe", rpe), ("volume", volume)):
    acute, chronic = load[LAST - 6 : LAST + 1], load[LAST - 27 : LAST - 6]
    monotony = acute.mean() / acute.std()
    print(name, acute.sum(), monotony, acute.sum() * monotony, acute.sum() / (chronic.sum() / 3))

estimates = [(i, 100 + 0.2 * i + (i * 7) % 11 * 0.5) for i in range(0, DAYS, 3) if LAST - i < 90]
slopes = [(b - a) / (j - i) for (i, a), (j, b) in combinations(estimates, 2)]
print("slope_per_day", np.median(slopes), len(estimates))
