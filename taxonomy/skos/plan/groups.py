"""Collections beside what the hub has."""

from __future__ import annotations

from taxonomy.labels import slug_for
from taxonomy.models import Collection
from taxonomy.skos.addresses import own_public_id, uri_of
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.vocabulary import Group, one_line


def compare_groups(planning: Planning) -> None:
    have: dict[str, Collection] = {}
    if planning.plan.scheme.pk is not None:
        for collection in Collection.objects.filter(scheme=planning.plan.scheme).prefetch_related("members"):
            have[uri_of(collection, planning.plan.scheme)] = collection
    taken = set(Collection.objects.values_list("slug", flat=True))
    elsewhere = set(Collection.objects.exclude(source_uri="").values_list("source_uri", flat=True)) - have.keys()
    for group in planning.vocabulary.groups:
        group.members = [uri for uri in group.members if uri in planning.vocabulary.entries]
        if group.uri in elsewhere:
            planning.problems.warn("A collection is here already, in another scheme; it is left out.", group.uri)
        elif group.uri in have:
            _compare_group(planning, group, have[group.uri])
        else:
            _new_group(planning, group, taken)


def _new_group(planning: Planning, group: Group, taken: set[str]) -> None:
    title = (group.title or group.uri)[:120]
    slug = slug_for(title[:60], taken)
    taken.add(slug)
    collection = Collection(slug=slug, title=title, description=group.description, is_ordered=group.is_ordered)
    if public_id := own_public_id(group.uri, planning.plan.scheme):
        collection.public_id = public_id
    else:
        collection.source_uri = group.uri
    planning.plan.groups_new.append((collection, group))
    planning.plan.group_lines.append(f"New collection “{title}” of {_terms(len(group.members))}")


def _compare_group(planning: Planning, group: Group, collection: Collection) -> None:
    members = [planning.uris[member.concept_id] for member in collection.members.all()]
    missing = [uri for uri in group.members if uri not in members]
    title = group.title[:120] or collection.title
    if title == one_line(collection.title) and not missing and (not group.is_ordered or _same_order(group.members, members)):
        return
    planning.plan.groups_kept.append((collection, group))
    planning.plan.group_lines.append(
        f"Collection “{title}”: {_terms(len(missing))} more" if missing else f"Collection “{title}” changed"
    )


def _terms(count: int) -> str:
    return f"{count} term{'' if count == 1 else 's'}"


def _same_order(wanted: list[str], have: list[str]) -> bool:
    among = set(wanted)
    return [uri for uri in have if uri in among] == wanted
