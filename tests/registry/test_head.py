from mlvc.registry import head
from mlvc.registry.git import Git
from tests.project import Project


def test_head_names_the_branch_and_the_reflog_says_why(project: Project) -> None:
    project.git("branch", "other")
    head.switch(Git(project.path), project.path / ".git", "refs/heads/other")
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/other"
    assert project.git("reflog", "-1", "--format=%gs") == "mlvc rollback"
    assert project.git("status", "--porcelain") == ""
    assert not (project.path / ".git/HEAD.lock").exists()


def test_a_second_switch_to_the_same_branch_changes_nothing(project: Project) -> None:
    project.git("branch", "other")
    for _ in range(2):
        head.switch(Git(project.path), project.path / ".git", "refs/heads/other")
    assert project.git("reflog", "--format=%gs").splitlines().count("mlvc rollback") == 1


def test_a_linked_worktree_has_a_head_of_its_own(project: Project) -> None:
    project.git("worktree", "add", "--quiet", "--detach", "../linked")
    project.git("branch", "other")
    linked = Project(project.path.parent / "linked")
    head.switch(Git(linked.path), project.path / ".git/worktrees/linked", "refs/heads/other")
    assert linked.git("symbolic-ref", "HEAD") == "refs/heads/other"
    assert project.git("symbolic-ref", "HEAD") == "refs/heads/main"
