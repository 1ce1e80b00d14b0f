"""What the scripts of PyTorch share: each answers a line of JSON on stdin with a line of JSON on stdout."""

import json
import resource
import sys
import time


def answer_requests(answer):
    """Answers every line with what `answer` makes of it, or with its error."""
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


def measured(step, request):
    """Makes the steps that a request of `lib/turns.ts` asks for; gives the `Timing` of `lib/clock.ts`."""
    for _ in range(request["warm"]):
        step()
    if request["do"] == "steps":
        return timed(step, lambda steps, _: steps < request["steps"])
    return timed(step, lambda steps, ms: steps == 0 or ms < request["ms"])


def timed(step, go_on):
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    cpu = time.process_time_ns()
    start = time.perf_counter_ns()
    steps = 0
    while go_on(steps, (time.perf_counter_ns() - start) / 1e6):
        step()
        steps += 1
    return {
        "wallMs": (time.perf_counter_ns() - start) / 1e6,
        "cpuMs": (time.process_time_ns() - cpu) / 1e6,
        "steps": steps,
        "pageFaults": resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults,
    }
