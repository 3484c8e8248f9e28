"""The lines that tell of one machine: its agent, what is in use, who holds what; pure."""

from collections.abc import Iterator
from datetime import datetime

from dilctl.dash.machines.reading import Host, shares
from dilctl.dash.machines.rows import Foreigner, Gauge, Sentence, Tenant, Title, tenant
from dilctl.gpus import Gpu
from dilctl.jobs import AgentSeen, Stranger
from dilctl.vitals import GpuVitals, Vitals
from dilctl.words import duration, file_size
from storage.records import Attempt

Line = Title | Gauge | Sentence | Tenant | Foreigner

_GB = 1e9
_GIB = 1 << 30
_AGENTS = {"working": "● agent works", "draining": "◐ agent drains"}
_STYLES = {"working": "green", "draining": "yellow", "silent": "yellow", "killed": "bold red"}


def block(host: Host, now: datetime, runs_weigh: int | None) -> Iterator[Line]:
    """The lines of a machine.

    Args:
        host: the machine.
        now: the time.
        runs_weigh: bytes of all runs' folders, for the machine that shows them; else None.
    """
    yield _title(host, now)
    yield from _own_gauges(host, runs_weigh)
    told = {gpu.index for gpu in host.vitals.gpus}
    for run, attempt in host.held:
        if told.isdisjoint(attempt.devices.get("gpus", ())):
            slots = attempt.devices.get("slots")
            yield tenant(run, _many(slots, "CPU slot") if slots else "")
    yield from _absent_gpus(host)
    for gpu in host.vitals.gpus:
        yield from _gpu(host, gpu)
        yield from _tenants(host, gpu.index)


def _title(host: Host, now: datetime) -> Title:
    agent = host.agent
    if agent is None:
        said = "○ no agent; to start one: dilctl agent start"
        return Title(host=host.name, agent=said, style="yellow")
    return Title(host=host.name, agent=_agent(agent, now), style=_STYLES[agent.state])


def _agent(agent: AgentSeen, now: datetime) -> str:
    beat = agent.beat
    silence = duration((now - beat.heartbeat_at).total_seconds())
    since = duration((now - beat.started_at).total_seconds())
    given = f"{agent.slots_used} of {_many(beat.slots, 'CPU slot')}"
    given += f", {len(agent.gpus_used)} of {_many(len(beat.gpus), 'GPU')}" if beat.gpus else ""
    match agent.state:
        case "silent":
            return f"○ agent silent for {silence}; what follows is as of then"
        case "killed":
            return f"✗ agent was killed {silence} ago; to start one: dilctl agent start"
        case state:
            return f"{_AGENTS[state]}, heard {silence} ago · {given} · for {since}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _own_gauges(host: Host, runs_weigh: int | None) -> Iterator[Line]:
    vitals = host.vitals
    found = shares(vitals)
    if not _is_told(host):
        yield Sentence(text="nobody says how it fares", style="dim")
        return
    yield Gauge(label="CPU", share=found["CPU"], note=_cores(vitals), past=_past(host, "CPU"))
    for label, note in (("memory", _memory(vitals)), ("disk", _disk(vitals, runs_weigh))):
        past = _past(host, label)
        yield Gauge(label=label, share=found[label], note=note, past=past, is_full_bad=True)


def _is_told(host: Host) -> bool:
    """Whether there is word of how the machine fares; an older agent says nothing."""
    return host.vitals != Vitals(gpus=host.vitals.gpus)


def _past(host: Host, name: str) -> tuple[float | None, ...]:
    return host.past.get(name, ())


def _cores(vitals: Vitals) -> str:
    busy = "" if vitals.busy is None else f"{vitals.busy:.1f} of "
    cores = "" if vitals.cores is None else f"{busy}{vitals.cores:.0f} cores"
    load = "" if vitals.load is None else f"load {vitals.load:.1f}"
    return " · ".join(filter(None, (cores, load)))


def _memory(vitals: Vitals) -> str:
    if vitals.memory_total is None or vitals.memory_free is None:
        return ""
    used = vitals.memory_total - vitals.memory_free
    return f"{used / _GB:.1f} of {vitals.memory_total / _GB:.1f} GB"


def _disk(vitals: Vitals, runs_weigh: int | None) -> str:
    free = "" if vitals.disk_free is None else f"{vitals.disk_free / _GB:,.1f} GB free"
    runs = "" if runs_weigh is None else f"runs take {file_size(runs_weigh)}"
    return " · ".join(filter(None, (free, runs)))


def _absent_gpus(host: Host) -> Iterator[Line]:
    if host.seen and host.seen.trouble:
        yield from (Sentence(text=sentence, style="yellow") for sentence in host.seen.trouble)
    elif not host.vitals.gpus and (host.seen or host.agent):
        yield Sentence(text="no GPU", style="dim")


def _gpu(host: Host, gpu: GpuVitals) -> Iterator[Line]:
    name, found = f"GPU {gpu.index}", shares(host.vitals)
    yield Gauge(label=name, share=found[name], note=_about(gpu), past=_past(host, name))
    memory = f"{name} memory"
    yield Gauge(
        label="  memory",
        share=found[memory],
        note=_gpu_memory(gpu),
        past=_past(host, memory),
    )


def _about(gpu: GpuVitals) -> str:
    """What changes comes first, as the end may be cut."""
    limit = "" if gpu.power_limit is None else f" of {gpu.power_limit:.0f}"
    parts = (
        "" if gpu.temperature is None else f"{gpu.temperature:.0f} °C",
        "" if gpu.power is None else f"{gpu.power:.0f}{limit} W",
        gpu.name.removeprefix("NVIDIA "),
    )
    return " · ".join(filter(None, parts))


def _gpu_memory(gpu: GpuVitals) -> str:
    if gpu.memory_total is None or gpu.memory_free is None:
        return ""
    used = gpu.memory_total - gpu.memory_free
    return f"{used / _GIB:.1f} of {gpu.memory_total / _GIB:.1f} GiB"


def _tenants(host: Host, index: int) -> Iterator[Line]:
    """Our runs on a GPU, then processes of others, where the driver names them."""
    gpu = next((gpu for gpu in host.seen.gpus if gpu.index == index), None) if host.seen else None
    ours = [
        (run, attempt) for run, attempt in host.held if index in attempt.devices.get("gpus", ())
    ]
    for run, attempt in ours:
        yield tenant(run, _held_by_run(attempt, gpu))
    if gpu is None or gpu.held is None or host.seen is None:
        return
    known = {process.pid for _, attempt in ours for process in attempt.processes}
    for pid, memory in sorted(gpu.held.items(), key=lambda item: (-item[1], item[0])):
        if pid not in known:
            holder = host.seen.holders.get(pid, Stranger(pid=pid))
            holds = f"{memory / _GIB:.1f} GiB"
            yield Foreigner(pid=pid, name=holder.name, user=holder.user, holds=holds)


def _held_by_run(attempt: Attempt, gpu: Gpu | None) -> str:
    """What a run holds of a GPU where the driver says it, else what it has reserved."""
    if gpu is not None and gpu.held is not None:
        pids = {process.pid for process in attempt.processes}
        return f"{sum(m for pid, m in gpu.held.items() if pid in pids) / _GIB:.1f} GiB"
    reserved = attempt.devices.get("gpu_memory")
    return "has it for itself" if reserved is None else f"{reserved / _GIB:.1f} GiB reserved"
