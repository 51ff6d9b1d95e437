"""What people hold in their hands: the handover dossier and the newcomer's pack, as plain structured documents."""
