"""资料核对: what was found when a number or a name was last compared, so that asking opens nothing again"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('children', sa.Column('number_says', sa.String(length=32), nullable=True))
    op.add_column('agreement_children', sa.Column('carer_fits', sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column('agreement_children', 'carer_fits')
    op.drop_column('children', 'number_says')
